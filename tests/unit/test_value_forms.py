"""Single values: what is right, how it is usually written, and what is not guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sds2gen3.resources import Declarations
from sds2gen3.sheets.rules.values import dates
from sds2gen3.sheets.rules.values.awards import award
from sds2gen3.sheets.rules.values.identifiers import canonical, orcid, ror
from sds2gen3.sheets.rules.values.licences import licence
from sds2gen3.sheets.rules.values.lists import Lists
from sds2gen3.sheets.rules.values.quantities import amount, quantity

LISTS = Lists(Declarations.standard())


@pytest.mark.parametrize(
    ("form", "text", "usual"),
    [
        ("orcid", "ORCID: 0000-0002-1694-233x", "https://orcid.org/0000-0002-1694-233X"),
        ("orcid", "http://orcid.org/0000000254970243/", "https://orcid.org/0000-0002-5497-0243"),
        ("orcid", "0000-0002-5497-0244", None),
        ("ror", "ror.org/03b94tp07", "https://ror.org/03b94tp07"),
        ("ror", "03b94tp08", None),
        ("doi", "doi: 10.1000/182.", "https://doi.org/10.1000/182"),
        ("doi", "http://dx.doi.org/10.1000/AbC", "https://doi.org/10.1000/AbC"),
        ("doi", "11.1000/182", None),
        ("rrid", "RRID: SCR_003070", "RRID:SCR_003070"),
        ("rrid", "ImageJ", None),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/31350343/", "PMID:31350343"),
        ("link", "10.1000/182", "https://doi.org/10.1000/182"),
        ("link", "https://a.org/x y", None),
        ("dataset", "c5c2f40f-76be-4979-bfc4-b9f9947231cf", "N:dataset:c5c2f40f-76be-4979-bfc4-b9f9947231cf"),
    ],
)
def test_an_identifier_has_one_usual_form(form: str, text: str, usual: str | None) -> None:
    assert canonical(form, text) == usual
    assert usual is None or canonical(form, usual) == usual


@given(st.text(alphabet="0123456789", min_size=15, max_size=15))
def test_of_sixteen_digits_only_one_last_digit_makes_an_orcid(digits: str) -> None:
    made = [orcid(digits + last).canonical for last in "0123456789X"]
    assert sum(one is not None for one in made) == 1


@given(st.text(alphabet="0123456789abcdefghjkmnpqrstvwxyz", min_size=6, max_size=6))
def test_of_a_ror_only_one_end_fits(name: str) -> None:
    ends = [end for end in range(100) if ror(f"https://ror.org/0{name}{end:02d}").canonical]
    assert len(ends) == 1


@given(st.dates())
def test_a_date_in_iso_form_is_itself_and_the_english_form_is_it(day: dates.dt.date) -> None:
    assert dates.date(day.isoformat()).canonical == day.isoformat()
    if day.year >= 1000:
        assert dates.date(f"{day.day} {day:%B} {day.year}").canonical == day.isoformat()


def test_a_date_that_can_be_read_in_two_ways_is_not_guessed() -> None:
    assert dates.date("03/04/2022").canonical is None
    assert dates.date("04/04/2022").canonical == "2022-04-04"
    assert dates.date("25/12/2020").canonical == dates.date("12/25/2020").canonical == "2020-12-25"


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_values(text: str) -> None:
    for form in ("orcid", "ror", "doi", "rrid", "pmid", "url", "link", "dataset"):
        usual = canonical(form, text)
        assert usual is None or canonical(form, usual) == usual
    for kind in ("time", "mass"):
        usual = quantity(text, kind, LISTS.units).canonical
        assert usual is None or amount(usual, kind, LISTS.units) == amount(text, kind, LISTS.units)
    usual = dates.moment(text).canonical
    assert usual is None or dates.compared(usual) == dates.compared(text)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("10 weeks", "10 weeks"),
        ("30y", "30 years"),
        ("1 yr", "1 year"),
        ("P1Y6M", "1 year 6 months"),
        ("~9 wks", "~9 wks"),
    ],
)
def test_ages_are_written_with_their_unit_in_full(text: str, usual: str) -> None:
    assert quantity(text, "time", LISTS.units).canonical == usual


def test_a_licence_without_its_version_is_only_suggested() -> None:
    assert licence("cc-by 4.0", LISTS.licences).canonical == "CC-BY-4.0"
    assert licence("CC-BY", LISTS.licences).canonical is None
    assert licence("GPL", LISTS.licences).hint.startswith("Give the short name")


def test_awards_of_one_number_have_one_form() -> None:
    for text in ("OT2OD025349", "1 OT2 OD025349", "NIH-1OT2OD025349", "OT2OD025349-01S1", "OT2\u2011OD025349"):
        assert award(text).canonical == "OT2OD025349"
    assert award("OT2OD25349").canonical is None


def test_an_own_list_of_units_is_taken(tmp_path: Path) -> None:
    (tmp_path / "values").mkdir()
    (tmp_path / "values/units.yaml").write_text("time: {moons: {size: 29.5}}\nmass: {}\n", encoding="utf-8")
    own = Lists(Declarations.standard([tmp_path]))
    assert quantity("3 moons", "time", own.units).canonical == "3 moons"
