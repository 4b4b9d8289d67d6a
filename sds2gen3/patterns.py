"""Regular expressions that users wrote, in dictionaries and layouts: Python's, as the server runs them, but never without end.

Python's engine can take 2 ** n steps for a text of n characters, and nothing in a process can stop it. So the form of a
pattern tells how many steps it may take; where that is too much, the text is tried in a process of its own, which is ended
after a while. A linear engine would be simpler, but it does not know all of Python's patterns, and the server's verdict counts.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import queue
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sds2gen3.errors import UsageError

SECONDS = 2.0
"""How long one text may take; a pattern that takes longer is not tried again where it may take long."""

_QUICK, _SLOW = 3_000_000, 200_000_000  # steps: less than 0.1 s, and perhaps 2 s
_NOTICED = 0.1  # seconds; a pattern that took so long once is held to _QUICK
_FEW = 20  # a{1,20} is no loop, and 20 choices are a million
_QUANTIFIER = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")
_SKIPPED = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # an escape, or a set of characters
_OPAQUE = re.compile(r"\(\?[a-zA-Z-]*x|\(\?P=|\(\?\(|\\[1-9]")  # with comments, or referring to itself: not looked into
_CHILD = """
import json, re, sys
for line in sys.stdin:
    pattern, how, text = json.loads(line)
    found = getattr(re.compile(pattern), how)(text)
    print(json.dumps(found if how == "split" else found is not None), flush=True)
"""


class Endless(UsageError):
    """A pattern took too long on a text (C974)."""


class UserPattern:
    """A user's pattern. Raises re.error for what is none; its methods raise Endless."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.gave_up = False
        self._compiled = re.compile(text)
        loops, nested = complexity(text)
        self._quick, self._slow = (_longest(steps, loops, nested) for steps in (_QUICK, _SLOW))

    def found_in(self, text: str) -> bool:
        """Whether the pattern is found anywhere in the text."""
        return bool(self._try("search", text))

    def fits(self, text: str) -> bool:
        """Whether the whole text is as the pattern says."""
        return bool(self._try("fullmatch", text))

    def split(self, text: str) -> list[str]:
        """The pieces of the text between the pattern's matches, without blanks around them, and none of them empty."""
        pieces: list[str | None] = self._try("split", text)
        return [stripped for piece in pieces if piece and (stripped := piece.strip())]

    def _try(self, how: str, text: str) -> Any:
        if len(text) <= self._quick:
            return self._here(how, text)
        if len(text) <= self._slow:
            started = time.perf_counter()
            found = self._here(how, text)
            if time.perf_counter() - started > _NOTICED:
                self._slow = self._quick
            return found
        answer = None if self.gave_up else _apart(self.text, how, text)
        if answer is None:
            self.gave_up = True
            shown = text if len(text) <= 40 else f"{text[:37]}..."
            message = f"The pattern '{self.text}' takes too long on '{shown}'."
            raise Endless.of("C974", message, value=self.text)
        return answer

    def _here(self, how: str, text: str) -> Any:
        found = getattr(self._compiled, how)(text)
        return found if how == "split" else found is not None


def _longest(steps: int, loops: int, nested: bool) -> int:
    """The longest text for which so many steps are enough: a loop tries every length, from every character."""
    return int(math.log2(steps)) // 2 if nested else int(steps ** (1 / (loops + 1)))


@lru_cache(maxsize=1024)
def user_pattern(text: str) -> UserPattern:
    """The pattern, which remembers where it was given up. Raises re.error for what is none."""
    return UserPattern(text)


def splitter(text: str) -> UserPattern:
    """The pattern to split by. Blanks around it are taken off the pieces anyway, and to look for them costs n * n steps."""
    core = text.removeprefix(r"\s*").removesuffix(r"\s*")
    return user_pattern(core or text)


def complexity(pattern: str) -> tuple[int, bool]:
    """How many loops stand one after another, and whether choices multiply: a loop in a loop, say. Guessed upwards."""
    if _OPAQUE.search(pattern):
        return 1, True
    loops = choices = at = 0
    inside = [False]  # for each open group, whether what it takes can be taken in several ways
    closed = False  # whether what stands before is such a group
    while at < len(pattern):
        if skipped := _SKIPPED.match(pattern, at):
            closed, at = False, skipped.end()
            continue
        if quantifier := _QUANTIFIER.match(pattern, at):
            least, most = _times(quantifier)
            if most > 1 and closed:
                return loops + 1, True
            loops += most > _FEW
            choices += most != least
            inside[-1] = inside[-1] or most != least
            at = quantifier.end()
            continue
        character = pattern[at]
        at += 1
        closed = character == ")" and len(inside) > 1 and inside.pop()
        if character == "(":
            inside.append(False)
            at += pattern.startswith("?", at)
        choices += character == "|" and not inside[-1]
        inside[-1] = inside[-1] or closed or character == "|"
    return loops, choices > _FEW


def _times(quantifier: re.Match[str]) -> tuple[int, int]:
    """How often at least and at most; without end is a million times."""
    if quantifier[0] in "*+?":
        return int(quantifier[0] == "+"), 1 if quantifier[0] == "?" else 1_000_000
    least = int((quantifier[1] or "0")[:6])
    return least, least if not quantifier[2] else int((quantifier[3] or "1000000")[:7])


class _Child:
    """A process that tries patterns, and a thread that waits for its answers."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _CHILD]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, question: str) -> str | None:
        """The answer; None where there is none in time, and then the process is ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=SECONDS)
        except (OSError, queue.Empty):
            answer = ""
        if not answer:
            self.end()
        return answer or None

    def end(self) -> None:
        """Once is enough, and a second time does no harm."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError):  # the pipe was closed
            for line in self._process.stdout:
                self._answers.put(line)
        self._answers.put("")


_lock = threading.Lock()
_children: list[_Child] = []  # the one that is running, if any


def _apart(pattern: str, how: str, text: str) -> Any:
    """What the pattern gives, tried in a process of its own; None where it takes too long."""
    with _lock:
        if _children and _children[0].owner != os.getpid():  # of the process that this one was forked from
            _children.clear()
        if not _children:
            _children.append(_Child())
        answer = _children[0].ask(json.dumps([pattern, how, text]))
        if answer is None:
            _children.clear()
        return None if answer is None else json.loads(answer)


@atexit.register
def _end() -> None:
    for child in _children:
        if child.owner == os.getpid():
            child.end()
