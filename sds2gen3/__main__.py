"""The program: `sds2gen3`, and `python -m sds2gen3`."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

READING = ("convert", "validate")
"""The commands whose dataset is opened while the command line is loaded."""

INTERRUPTED = 130


def run() -> NoReturn:
    """Run the command line, and end the process with its exit code.

    What was registered for the end is done. But the memory of 100,000 records is not given back piece by piece, which takes
    a tenth of a second, and a thread that still reads ahead of an error is not waited for.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who called; the verdict is still the exit code
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  until the end of the process
    code = _called(sys.argv[1:])
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed by who was to read it
            stream.flush()
    os._exit(code)


def _called(given: list[str]) -> int:
    try:
        if given and given[0] in READING:
            from sds2gen3.cli.ahead import begin

            begin(given[1:])
        from sds2gen3.cli.main import main
    except KeyboardInterrupt:  # later, `main` takes care of it
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    return main(given)


if __name__ == "__main__":
    run()
