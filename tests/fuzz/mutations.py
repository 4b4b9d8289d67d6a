"""Mutations: inputs that are nearly sound, which reach further than noise. Same seed, same inputs."""

from __future__ import annotations

import io
import random
import zipfile

_ODD = (
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"'", b'"', b"\n", b"\r", b"\t", b";", b"&", b"<", b">", b"]]>",
    b"-1", b"0", b"1e999", b"NaN", b"4294967296", b"99999999999999999999", b"XFD1048576", b"A1048577", b"null", b"~",
    b"{}", b"[]", b"[[[[", b"*a", b"&a ", b"<<: ", b"!!python/object:x", b"$ref", b"#/", b"../", b"_x0000_", b"\xed\xa0\x80",
    b"\\ud800", "\u202e\u0130".encode(), b"=1+1", b"%s", b"(a+)+$", b"9999-99-99", b"true", b"- ", b": ", b"? ", b"| ",
)  # fmt: skip
_MOST = 200_000


def mutated(seeds: list[bytes], random_: random.Random) -> bytes:
    """One of the seeds, changed in a few places; of a zip, mostly one of its members, and the zip made again."""
    data = random_.choice(seeds)
    if data.startswith(b"PK") and random_.random() < 0.8:
        return _member_changed(data, seeds, random_)
    return _changed(data, seeds, random_)


def _changed(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    for _ in range(1 << random_.randrange(5)):
        data = random_.choice(_STEPS)(data, seeds, random_)[:_MOST]
    return data


def _member_changed(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = random_.choice(names)
        for name in names:
            content = old.read(name)
            if name == chosen:
                if random_.random() < 0.05:
                    continue
                content = _changed(content, [old.read(random_.choice(names)), content], random_)
            new.writestr(name, content)
    return buffer.getvalue()


def _flip(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    if not data:
        return data
    at = random_.randrange(len(data))
    return data[:at] + bytes((data[at] ^ (1 << random_.randrange(8)),)) + data[at + 1 :]


def _insert(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    at = random_.randint(0, len(data))
    return data[:at] + random_.choice(_ODD) + data[at:]


def _replace(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    start, end = _span(data, random_)
    return data[:start] + random_.choice(_ODD) + data[end:]


def _cut(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    start, end = _span(data, random_)
    return data[:start] + data[end:]


def _repeat(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    start, end = _span(data, random_)
    return data[:end] + data[start:end] * random_.choice((1, 2, 50)) + data[end:]


def _splice(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    other = random_.choice(seeds)
    at, (start, end) = random_.randint(0, len(data)), _span(other, random_)
    return data[:at] + other[start:end] + data[at:]


def _truncate(data: bytes, seeds: list[bytes], random_: random.Random) -> bytes:
    return data[: random_.randint(0, len(data))]


def _span(data: bytes, random_: random.Random) -> tuple[int, int]:
    start = random_.randint(0, len(data))
    return start, min(len(data), start + random_.choice((1, 2, 4, 8, 16, 40, 200)))


_STEPS = (_flip, _flip, _insert, _insert, _replace, _replace, _cut, _repeat, _splice, _truncate)
