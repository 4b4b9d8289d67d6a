"""Same input, same bytes, with each Python and pandas that is allowed. Run by name: `pytest -m matrix`, some minutes.

Each combination gets an environment of its own with the wheel, from the package index, and stands on another machine: its
own time zone, language and hash seed. What it writes must be what the Python that runs the tests writes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.matrix

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DECLARED: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
SAMPLES = ("bladder-imaging-3.0.2", "broken-2.1.0")
CONVERTED = [
    ["convert", "{dataset}", "--keep-going", "--quiet", "--output", "out", "--as", form] for form in ("json", "tsv")
]
PRINTED = ["validate", "{dataset}", "--format", "jsonl", "--quiet"]


@dataclass(frozen=True)
class Combination:
    """A Python, the packages asked for besides the wheel, and the machine's settings."""

    python: str
    label: str
    packages: tuple[str, ...]
    machine: dict[str, str]

    def __str__(self) -> str:
        return f"py{self.python}-{self.label}"


def _lowest(requirement: str) -> str:
    """`rich>=13` -> `rich==13`."""
    found = re.match(r"([\w.-]+)>=([\d.]+)", requirement)
    assert found, f"{requirement} has no lower bound"
    return f"{found[1]}=={found[2]}"


NEAR = {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}
FAR = {"TZ": "Pacific/Auckland", "LC_ALL": "de_DE.ISO-8859-1", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"}
ODD = {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4242", "COLUMNS": "40"}
COMBINATIONS = [
    Combination("3.11", "all-lowest", tuple(map(_lowest, DECLARED)), ODD),
    Combination("3.11", "pandas-lowest", ("pandas==2.2.0",), NEAR),
    Combination("3.11", "newest", (), FAR),
    Combination("3.12", "pandas-lowest", ("pandas==2.2.0",), ODD),
    Combination("3.12", "newest", (), NEAR),
    Combination("3.13", "pandas-lowest", ("pandas==2.2.3",), FAR),  # the first with wheels for 3.13
    Combination("3.13", "newest", (), ODD),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = _run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)])
    if pip.returncode != 0:
        pytest.skip(f"the wheel cannot be built (no package index within reach?): {_last(pip)}")
    return next(folder.glob("sds2gen3-*.whl"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the Python of the tests writes, with the checkout."""
    return _written(Path(sys.executable), tmp_path_factory.mktemp("here"), {"PYTHONPATH": str(ROOT)})


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_every_python_and_pandas_writes_the_same_bytes(
    combination: Combination, wheel: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    python = _environment(combination, wheel, tmp_path / "env")
    (tmp_path / "run").mkdir()
    written = _written(python, tmp_path / "run", combination.machine)
    assert len(expected) > 40
    assert written.keys() == expected.keys()
    assert [name for name in expected if written[name] != expected[name]] == []


def _environment(combination: Combination, wheel: Path, folder: Path) -> Path:
    base = _interpreter(combination.python)
    if base is None:
        pytest.skip(f"Python {combination.python} is not installed")
    made = _run([str(base), "-m", "venv", str(folder)])
    assert made.returncode == 0, made.stderr
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = [str(wheel), *combination.packages]
    pip = _run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
            *packages,
        ]
    )
    if pip.returncode != 0:
        pytest.skip(f"{combination} cannot be installed (no package index within reach?): {_last(pip)}")
    return python


def _interpreter(version: str) -> Path | None:
    """That Python, of pyenv or of the search path, if it runs."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = shutil.which(f"python{version}")
    candidates = [*sorted(kept.glob(f"{version}.*/bin/python"), reverse=True), *([Path(found)] if found else [])]
    say = "import sys; print('%d.%d' % sys.version_info[:2])"
    return next((one for one in candidates if _run([str(one), "-c", say]).stdout.decode().strip() == version), None)


def _written(python: Path, folder: Path, environ: dict[str, str]) -> dict[str, bytes]:
    """The files that the commands write and what they print, for each sample."""
    written = {}
    for sample in SAMPLES:
        dataset = str(ROOT / "sample_datasets" / sample / "dataset")
        for command in CONVERTED:
            _told(python, ["-m", "sds2gen3", *command], dataset, folder, environ)
            out = folder / "out"
            found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
            written |= {f"{sample} as {command[-1]}: {name}": content for name, content in found.items()}
            shutil.rmtree(out)
        written[f"{sample}: findings"] = _told(python, ["-m", "sds2gen3", *PRINTED], dataset, folder, environ)
        written[f"{sample}: frames"] = _told(
            python, [str(HERE / "frames_check.py"), "{dataset}"], dataset, folder, environ
        )
    return written


def _told(python: Path, command: list[str], dataset: str, folder: Path, environ: dict[str, str]) -> bytes:
    """What the command prints; exit code 1 is a dataset with errors."""
    run = _run([str(python), *(dataset if one == "{dataset}" else one for one in command)], folder, environ)
    assert run.returncode in (0, 1), run.stderr.decode()
    assert b"Traceback" not in run.stderr, run.stderr.decode()
    return run.stdout


def _run(
    command: list[str], folder: Path | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("SDS2GEN3_", "PYTHON"))}
    return subprocess.run(
        command, capture_output=True, cwd=folder, env={**plain, **(environ or {})}, timeout=900, check=False
    )


def _last(run: subprocess.CompletedProcess[bytes]) -> str:
    return (run.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
