"""The annotations of GitHub Actions, and the escapes that its runner undoes."""

from __future__ import annotations

from sds2gen3.diagnostics import Report, finding
from sds2gen3.place import Place
from sds2gen3.report import FORMATS, Look


def lines(*found: object, look: Look | None = None, **summary: object) -> list[str]:
    return FORMATS["github"]([Report(list(found), dict(summary))], look).splitlines()  # type: ignore[arg-type]


def test_a_finding_is_a_command_at_its_cell() -> None:
    bad = finding("S202", "'a' is no id.", Place("subjects.xlsx", "S", 4, 1), hint="Mend it.")
    assert lines(bad, path="my/ds") == [
        "::error file=my/ds/subjects.xlsx,line=4,col=1,title=S202 A4::'a' is no id.%0Ahint: Mend it."
    ]


def test_nothing_in_a_value_can_end_the_command_or_begin_another() -> None:
    bad = finding("S202", "100%\n::error::x\r", Place("a,b:c%.xlsx", "S", 4, 1), hint="h")
    (line,) = lines(bad)
    assert line.startswith("::error file=a%2Cb%3Ac%25.xlsx,line=4,col=1,title=S202 A4::100%25\\n::error::x\\r%0A")


def test_equal_findings_are_one_annotation_with_their_cells() -> None:
    same = [finding("S202", "Bad.", Place("s.xlsx", "S", row, 1), hint="h") for row in (4, 5, 9)]
    assert lines(*same) == ["::error file=s.xlsx,line=4,col=1,title=S202 A4-A5%2C A9::Bad.%0Ahint: h"]


def test_a_finding_about_everything_has_no_file() -> None:
    assert lines(finding("S213", "Bad.", hint="h")) == ["::notice title=S213::Bad.%0Ahint: h"]
