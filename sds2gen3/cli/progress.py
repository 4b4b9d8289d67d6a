"""A progress line on stderr: only on a terminal, and only when the work takes longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from sds2gen3.report.words import visible

AFTER = 1.0  # seconds: what is quicker needs no line
Step = Callable[[str, int, int], None]


@contextmanager
def progress(shown: bool, color: bool) -> Iterator[Step]:
    """Gives `step(what, done, total)`, to be called whenever the work gets on."""
    if not (shown and sys.stderr.isatty()):
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True, no_color=not color), transient=True)
    task = bar.add_task("")
    timer = Timer(AFTER, bar.start)
    timer.daemon = True
    timer.start()

    def step(what: str, done: int, total: int) -> None:
        bar.update(task, description=visible(what), completed=done, total=total)

    try:
        yield step
    finally:
        timer.cancel()
        timer.join()
        bar.stop()
