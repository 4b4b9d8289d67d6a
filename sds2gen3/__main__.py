"""`python -m sds2gen3`."""

from __future__ import annotations

from sds2gen3.cli.main import run

if __name__ == "__main__":
    run()
