"""The HTML report in a real Chromium: no errors, nothing loaded, the filter works, a bad cell tells its message."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sds2gen3.diagnostics import Report, finding
from sds2gen3.place import Place
from sds2gen3.report import FORMATS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BROKEN = Path(__file__).parents[2] / "sample_datasets" / "broken-2.1.0" / "dataset"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the broken sample dataset, in a folder with a name that is hard to fit."""
    from sds2gen3.cli.main import main

    file = tmp_path_factory.mktemp("report") / "report.html"
    copy = tmp_path_factory.mktemp("a_name_without_any_place_at_which_a_line_could_be_broken_well") / "dataset"
    shutil.copytree(BROKEN, copy)
    assert main(["validate", str(copy), "-o", str(file), "-q"]) == 1
    return file


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with 10,000 findings."""
    found = [
        finding("S202", f"'sub_{n}' is no id.", Place(f"f{n % 20}.xlsx", "S", n // 20 + 2, 1), value=f"sub_{n}")
        for n in range(10_000)
    ]
    file = tmp_path_factory.mktemp("many") / "report.html"
    file.write_text(FORMATS["html"]([Report(found, {"dataset": "many"})], None), encoding="utf-8")
    return file


def opened(browser: Any, file: Path, **details: Any) -> tuple[Any, list[str]]:
    """The page, and the list to which everything that goes wrong on it is added."""
    page = browser.new_page(**details)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url == file.as_uri() else wrong.append(request.url))
    page.goto(file.as_uri())
    return page, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1300])
def test_it_opens_without_errors_and_fits_the_width(browser: Any, broken: Path, scheme: str, width: int) -> None:
    page, wrong = opened(browser, broken, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.locator("footer").scroll_into_view_if_needed()
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_a_bad_cell_tells_its_message_on_pointing_on_focus_and_on_a_click(browser: Any, broken: Path) -> None:
    page, wrong = opened(browser, broken, viewport={"width": 1300, "height": 900})
    link = page.locator(".sheet[data-f='subjects.xlsx'] td.bad a", has_text="sub_3")
    tip = page.locator("#tip")
    assert not tip.is_visible()
    link.hover()
    assert "'sub_3' is not a valid subject id." in tip.inner_text()
    page.mouse.move(1, 1)
    tip.wait_for(state="hidden")
    link.focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    link.click()
    page.mouse.move(1, 1)
    assert "Use sub-" in tip.inner_text()
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1300
    tip.locator("a").click()
    assert page.locator(".fix:target").count() == 1
    assert wrong == []
    page.close()


def test_the_filter_shows_what_fits_and_all_again(browser: Any, broken: Path) -> None:
    page, wrong = opened(browser, broken, viewport={"width": 1300, "height": 900})
    every = page.locator(".fix:visible").count()
    page.select_option("[name=code]", "S202")
    assert page.locator(".fix:visible code").all_inner_texts() == ["S202"]
    assert page.locator("output").inner_text().endswith("findings shown")
    assert page.locator(".grid .bad:not(.off):visible").count() == page.locator(".grid .bad[data-m*=S202]").count()
    page.locator("button[type=reset]").click()
    page.wait_for_timeout(50)
    assert page.locator(".fix:visible").count() == every
    page.select_option("[name=file]", "samples.xlsx")
    assert set(page.locator(".sheet:visible").evaluate_all("all => all.map(one => one.dataset.f || '')")) <= {
        "samples.xlsx",
        "",
    }
    page.locator("button[type=reset]").click()
    page.locator("[name=severity][value=error]").uncheck()
    assert page.locator(".fix.error:visible").count() == 0
    assert page.locator(".fix.warning:visible").count() > 0
    assert wrong == []
    page.close()


SEEN = """() => {
  const target = document.querySelector(':target'), box = target.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 8));
  return {id: target.id, top: box.top, left: box.left, right: box.right, bottom: box.bottom, seen: target.contains(at)};
}"""


def arrived(page: Any) -> None:
    """Wait until a jump has ended: its cell then has the focus. (The page allows no script of ours to wait in it.)"""
    for _ in range(200):
        if page.evaluate("document.activeElement.parentElement === document.querySelector(':target')"):
            return
        page.wait_for_timeout(20)
    raise AssertionError(page.url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(390, 800), (1280, 900)])
def test_a_link_to_a_cell_ends_with_the_cell_in_view(
    browser: Any, broken: Path, width: int, height: int, scheme: str
) -> None:
    """Whole within the viewport, both ways, and not below the headers or the filter that stay."""
    page, wrong = opened(browser, broken, viewport={"width": width, "height": height}, color_scheme=scheme)
    links = page.locator(".fix .where a:visible")
    count = links.count()
    assert count > 20
    for at in {0, 1, 2, *range(3, count, 7), count - 1}:
        page.evaluate("scrollTo(0, 0)")
        links.nth(at).click()
        arrived(page)
        cell = page.evaluate(SEEN)
        assert cell["seen"], cell
        assert 0 <= cell["left"] < cell["right"] <= width, cell
        assert 0 <= cell["top"] < cell["bottom"] <= height, cell
    assert wrong == []
    page.close()


def test_the_headers_of_the_sheet_stay_after_a_jump(browser: Any, broken: Path) -> None:
    page, _ = opened(browser, broken, viewport={"width": 390, "height": 800})
    page.goto(broken.as_uri() + "#" + page.locator("[id^=d1-s][id$=-D30]").get_attribute("id"))
    arrived(page)
    shown = """() => { const around = document.querySelector(':target').closest('.scroll');
      return around.querySelector('.top').firstElementChild.getBoundingClientRect().top
        - around.getBoundingClientRect().top; }"""
    assert page.evaluate("document.querySelector(':target').closest('.scroll').scrollTop") > 0
    assert 0 <= page.evaluate(shown) < 60
    page.close()


def test_a_popup_goes_when_its_cell_is_out_of_sight_and_each_message_has_its_own_colour(
    browser: Any, broken: Path
) -> None:
    page, _ = opened(browser, broken, viewport={"width": 1300, "height": 900})
    page.locator(".sheet[data-f='subjects.xlsx'] td.bad.error a", has_text="Sub-10").click()
    tip = page.locator("#tip")
    assert tip.locator(".tone").evaluate_all("all => all.map(one => one.className)")[0] == "tone error"
    colours = tip.locator(".tone").evaluate_all("all => all.map(one => [one.className, getComputedStyle(one).color])")
    assert len({colour for _, colour in colours}) == len({name for name, _ in colours}) > 1
    page.evaluate("scrollTo(0, 0)")
    tip.wait_for(state="hidden")
    page.close()


def test_a_filter_counts_what_fits_and_leaves_out_rows_without(browser: Any, broken: Path) -> None:
    page, _ = opened(browser, broken, viewport={"width": 1300, "height": 900})
    page.select_option("[name=code]", "S202")
    sheet = page.locator(".sheet[data-f='subjects.xlsx']")
    count = sheet.locator(".bad:not(.off)").count()
    assert sheet.locator(".times").text_content().startswith(f"{count} of ")
    rows = sheet.locator("tbody tr:visible").evaluate_all(
        "all => all.map(row => row.matches('.top') || [row.previousElementSibling, row, row.nextElementSibling]"
        ".some(one => one && one.querySelector('.bad:not(.off)')))"
    )
    assert all(rows)
    page.locator("button[type=reset]").click()
    page.wait_for_timeout(50)
    assert " of " not in sheet.locator(".times").text_content()
    page.close()


def test_without_scripts_it_is_a_plain_page(browser: Any, broken: Path) -> None:
    page, wrong = opened(browser, broken, java_script_enabled=False)
    assert not page.locator(".filters").is_visible()
    link = page.locator("td.bad a[title*='sub_3']").first
    link.click()
    assert page.url.split("#")[1].startswith("d1-f")
    assert wrong == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_background(browser: Any, broken: Path, scheme: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, AA) of every text that is shown."""
    page, _ = opened(browser, broken, viewport={"width": 1300, "height": 900}, color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_ten_thousand_findings_open_and_filter_quickly(browser: Any, many: Path) -> None:
    page, wrong = opened(browser, many, viewport={"width": 1300, "height": 900})
    taken = page.evaluate(
        """() => { const start = performance.now();
        const file = document.querySelector('[name=file]');
        file.value = 'f3.xlsx'; file.dispatchEvent(new Event('change', {bubbles: true}));
        document.body.getBoundingClientRect(); return performance.now() - start; }"""
    )
    assert page.locator(".sheet:visible").count() == 1
    assert "500 of 10,000 findings shown" in page.locator("output").inner_text().replace("\u00a0", " ")
    assert taken < 5_000
    assert wrong == []
    page.close()


CONTRAST = """() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const behind = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const element of document.querySelectorAll('body *:not(svg *):not(script):not(option)')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('.skip')) continue;
    const [one, other] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    if (contrast < 4.5) bad.push(`${element.className || element.tagName}: ${contrast.toFixed(2)}`);
  }
  return [...new Set(bad)];
}"""
