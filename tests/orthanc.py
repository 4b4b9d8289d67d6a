"""A real PACS for tests: Orthanc with its DICOMweb plug-in, on loopback with a login, and images for it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import requests

USER, PASSWORD = "lab", "pacs-s3cret"
_PLUGINS = ("/usr/share/orthanc/plugins/libOrthancDicomWeb.so", "/usr/lib/orthanc/libOrthancDicomWeb.so")


def lacking() -> str:
    """Why there is no PACS here; '' where there is."""
    if shutil.which("Orthanc") is None:
        return "Orthanc is not installed (Debian: apt-get install orthanc orthanc-dicomweb)"
    return "" if _plugin() else "the DICOMweb plug-in of Orthanc is not installed (Debian: orthanc-dicomweb)"


def _plugin() -> str | None:
    return next((path for path in _PLUGINS if Path(path).is_file()), None)


@dataclass(frozen=True)
class Pacs:
    """A running Orthanc."""

    url: str

    @property
    def address(self) -> str:
        return f"dicomweb+{self.url}/dicom-web"

    def put(self, image: bytes) -> None:
        """Store an instance."""
        answer = requests.post(f"{self.url}/instances", data=image, auth=(USER, PASSWORD), timeout=20)
        answer.raise_for_status()

    def ask(self, path: str, **body: object) -> None:
        requests.post(f"{self.url}/{path}", json=body, auth=(USER, PASSWORD), timeout=20).raise_for_status()


@contextmanager
def pacs(folder: Path) -> Iterator[Pacs]:
    """An Orthanc of our own, with its data below the folder; it ends with the block."""
    http, dicom = _free_port(), _free_port()
    settings = {
        "Name": "sds2gen3",
        "HttpPort": http,
        "DicomPort": dicom,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {USER: PASSWORD},
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "Plugins": [_plugin()],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings), encoding="utf-8")
    with (folder / "orthanc.log").open("wb") as log:
        process = subprocess.Popen(["Orthanc", str(folder / "orthanc.json")], stdout=log, stderr=log, cwd=folder)
        try:
            found = Pacs(f"http://127.0.0.1:{http}")
            _wait(found, process)
            yield found
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(found: Pacs, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("Orthanc has ended by itself; see orthanc.log")
        try:
            if requests.get(f"{found.url}/system", auth=(USER, PASSWORD), timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError("Orthanc does not answer")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def image(study: str, series: str, instance: str, rows: int = 8, compressed: bool = False) -> bytes:
    """A DICOM file as a camera writes it; its pixels depend on its UID."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.encaps import encapsulate
    from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = RLELossless if compressed else ExplicitVRLittleEndian
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, instance
    data.StudyInstanceUID, data.SeriesInstanceUID = study, series
    data.PatientID, data.PatientName, data.Modality = "sub-1", "Sub^One", "OT"
    data.Rows = data.Columns = rows
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.BitsAllocated, data.BitsStored, data.HighBit = 8, 8, 7
    pixels = bytes((sum(instance.encode()) + at) % 256 for at in range(rows * rows))
    data.PixelData = encapsulate([b"\0" * 64]) if compressed else pixels
    if compressed:
        data["PixelData"].VR = "OB"
    held = BytesIO()
    data.save_as(held, enforce_file_format=True)
    return held.getvalue()
