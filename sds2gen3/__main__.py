"""`python -m sds2gen3`."""

from __future__ import annotations

import sys

from sds2gen3.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
