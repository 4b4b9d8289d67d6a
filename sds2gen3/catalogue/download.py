"""Codes of the data files that manifests list, fetched from where they are stored."""

from __future__ import annotations

from sds2gen3.catalogue.code import Code, Severity

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

DOWNLOAD: tuple[Code, ...] = (
    Code(
        "U690",
        ERROR,
        "a storage that cannot be asked",
        "Files can be fetched only where it is said where they are stored, in a way that is understood.",
        "'sds2gen3 download my-study here' without --from",
        "Give the address of the folder that holds the dataset with --from, or as 'from' below [storage] in sds2gen3.toml.",
    ),
    Code(
        "U691",
        ERROR,
        "a file name that is not written",
        "A manifest may come from anybody: a name must not lead out of the folder, and must be one that Windows, macOS and "
        "Linux all can store.",
        "filename '../../.ssh/authorized_keys', 'C:\\data.csv' or 'CON.txt'",
        "Correct the file name in the manifest; it counts from the folder of the manifest, with / between folders.",
    ),
    Code(
        "U692",
        ERROR,
        "two rows for one file",
        "On Windows and macOS names that differ only in case or in the form of accents are one file, and a name cannot be a "
        "file and a folder at once; the second would replace the first.",
        "'Data.csv' and 'data.csv' in one folder",
        "Rename one of the files, in the storage and in the manifest.",
    ),
    Code(
        "U693",
        ERROR,
        "a file that is not in the storage",
        "The manifest lists it, but nothing has that name where the files are stored, or it is a link that leads out of there.",
        "filename 'sub-1/scan.nii' where the storage has 'sub-1/scan.nii.gz'",
        "Correct the name in the manifest, or give the folder that holds the dataset as the storage.",
    ),
    Code(
        "U694",
        ERROR,
        "a file that is not what the manifest says",
        "Its size or checksum is another one: it was changed after the manifest was written, or was spoilt on the way. "
        "Such a file is not kept.",
        "an image that was processed again, with the checksum of the old one in the manifest",
        "Fetch it again; where it stays, ask those who keep the files, or correct the manifest.",
    ),
    Code(
        "U695",
        ERROR,
        "a transfer that broke off",
        "The storage closed the connection, was too slow or did not answer. What has come so far is kept.",
        "a connection that drops in the middle of a large file",
        "Run the same command again: it goes on where it was.",
    ),
    Code(
        "U696",
        ERROR,
        "access refused by the storage",
        "The storage wants a login, or the login has no right to this file.",
        "a bucket that is not public",
        "Log in as the storage wants it (for http SDS2GEN3_STORAGE_TOKEN, for S3 the AWS_ variables, for iRODS iinit), or ask "
        "for the right to read.",
    ),
    Code(
        "U697",
        ERROR,
        "a file that cannot be written here",
        "The disk is full, the folder may not be written to, or a link in it leads out of it.",
        "a folder on a disk without space for the images",
        "Make room or choose another folder, then run the same command again: what is there is not fetched again.",
    ),
    Code(
        "U698",
        ERROR,
        "an address in a row that is not followed",
        "A manifest may name any address. Only those of the storage itself and of hosts that you name are asked.",
        "url 'http://10.0.0.1/admin' in a manifest",
        "If you trust it, name its host with --host, or in 'hosts' below [storage] in sds2gen3.toml.",
    ),
    Code(
        "U699",
        WARNING,
        "a checksum or size that is not understood",
        "What is not a checksum or number cannot be held against the file.",
        "md5 'see readme'",
        "Write the checksum in hexadecimal digits (MD5, SHA-1, SHA-256 or SHA-512), the size in bytes.",
    ),
)
