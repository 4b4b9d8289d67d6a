"""The smallest records of the bundled dictionary `sds`, for a project `p`."""

from __future__ import annotations

from typing import Any


def experiment(name: str) -> dict[str, Any]:
    return {"type": "experiment", "submitter_id": name, "projects": {"code": "p"}}


def case(name: str, parent: str = "e", **other: Any) -> dict[str, Any]:
    own = {"type": "case", "submitter_id": name, "subject_id": name}
    return {**own, "experiments": {"submitter_id": parent}, **other}


def sample(name: str, parent: str = "e", **other: Any) -> dict[str, Any]:
    own = {"type": "sample", "submitter_id": name, "sample_id": name}
    return {**own, "experiments": {"submitter_id": parent}, **other}
