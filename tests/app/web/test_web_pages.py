"""The pages as they are answered: what stands on them, in which language."""

from __future__ import annotations

import re

import pytest
from bifinding.app.store import Correction

from ..small_pipeline import analysed

PAGES = ["/review", "/review/reports/1", "/review/findings/2", "/review/work", "/review/dashboard",
         "/review/models", "/review/help", "/review/reports/1/follow-up",
         "/review/reports/1/delete"]  # fmt: skip


def unmarked(node):
    """The text of the interface: without what is said to be English, as findings are."""
    return "".join(
        child if isinstance(child, str) else "\n" + unmarked(child)
        for child in node.children
        if isinstance(child, str) or child.attrs.get("lang") != "en"
    )


# --- every page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_stands_in_its_language_and_without_anything_inline(shown, address, lang):
    page = shown.page(address, headers={"accept-language": f"{lang}-CN,{lang};q=0.9"})
    assert page.one("html").attrs["lang"] == ("zh-Hans" if lang == "zh" else "en")
    assert len(list(page.all("h1"))) == 1
    assert len(list(page.all("main"))) == 1
    for node in page.all():
        assert "style" not in node.attrs
        assert not [name for name in node.attrs if name.startswith("on")]
    assert all("src" in script.attrs for script in page.all("script"))
    assert not list(page.all("style"))
    if lang == "zh":  # what is English says that it is
        assert re.findall(r"[A-Za-z]{4,}(?: [a-z]+){2,}", unmarked(page.one("main"))) == []


@pytest.mark.parametrize("address", PAGES)
def test_every_control_has_a_name_and_every_link_within_the_page_a_place(shown, address):
    page = shown.page(address)
    places = {node.attrs["id"] for node in page.all() if "id" in node.attrs}
    labelled = {label.attrs.get("for") for label in page.all("label")}
    inside = {id(node) for label in page.all("label") for node in label.all()}
    for node in page.all():
        if node.tag in ("input", "select") and node.attrs.get("type") != "hidden":
            named = node.attrs.get("id") in labelled or "aria-label" in node.attrs
            assert named or id(node) in inside, node.attrs
        if node.tag in ("button", "a"):
            assert node.text.strip() or node.attrs.get("aria-label"), node.attrs
        if (node.attrs.get("href") or "").startswith("#"):
            assert node.attrs["href"][1:] in places
        for name in ("aria-labelledby", "aria-describedby", "aria-controls"):
            assert set((node.attrs.get(name) or "").split()) <= places


def test_the_interface_speaks_as_chosen_and_keeps_it(browser, lamps):
    assert browser.submit("/review/settings", lang="zh", back="/review/work") == "/review/work"
    assert browser.page("/review/work").one("h1").text == "待办清单"
    browser.submit("/review/settings", theme="dark")
    assert browser.page("/review").one("html").attrs["data-theme"] == "dark"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil", "/reviewed"]
)
def test_a_form_leads_to_our_own_pages_only(shown, back):
    assert shown.submit("/review/settings", lang="en", back=back) == "/review"


def test_what_pages_load_may_be_kept_and_nothing_else(shown):
    page = shown.page("/review")
    for link in page.all("link", rel="stylesheet"):
        response = shown.get(link.attrs["href"])
        assert "immutable" in response.headers["cache-control"]
    assert shown.get("/review/static/words.yaml").status_code == 404
    assert shown.get("/review").headers["cache-control"] == "no-store"


def test_what_is_not_there_is_said_on_a_page(browser):
    assert "there is no report 9" in browser.page("/review/reports/9", 404).one("main").text
    assert browser.page("/review/work?area=PA99", 422).one("h1").text == "That is not possible"


# --- texts that want to be more than text ---------------------------------------------------------


HOSTILE = (
    '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{ 7*7 }} {% raw %} '
    "<a href='javascript:alert(3)'>x</a> </textarea></title>&amp; ]]>"
)


def test_texts_stay_texts_on_every_page(browser, store):
    name = HOSTILE.replace("/", "")
    report = analysed((HOSTILE, f"{HOSTILE} 72 出口"), (f"overtime 84 {HOSTILE}", f"95 {HOSTILE}"),
                      file=name, header={"Monitored Party": HOSTILE, HOSTILE: HOSTILE})  # fmt: skip
    store.add(report, HOSTILE)
    store.correct(1, Correction(severity="critical"), HOSTILE)
    for address in PAGES:
        page = browser.page(address)
        assert all("src" in script.attrs for script in page.all("script"))
        assert not list(page.all("img"))
        assert not [n for n in page.all() for a in n.attrs if a.startswith("on")]
        assert not [n for n in page.all("a") if n.attrs["href"].startswith("javascript")]
    finding = browser.page("/review/findings/1").one("article")
    assert HOSTILE in finding.one("div", class_="en").text
    page = browser.page(f"/review?q={HOSTILE[:20]}")
    assert page.one("input", name="q").attrs["value"] == HOSTILE[:20].rstrip("&")
