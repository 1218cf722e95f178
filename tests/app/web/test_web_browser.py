"""The review page in a browser: from a dropped report to a model that learned from its review; and
axe-core on every page."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from pathlib import Path

import bifinding
import pytest
import uvicorn
from bifinding.app.service import Settings, create_app
from bifinding.app.store import Store
from bifinding.app.web import ROUTES, job, router, training
from bifinding.models import registry
from bifinding.training import collect
from bifinding.training import train as training_of_models
from bifinding.training.recipe import Recipe
from bifinding.training.train import train

from ..conftest import example
from ..small_pipeline import SmallPipeline, analysed

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python")
AXE = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SAMPLE = Path(bifinding.__file__).parent / "corpus" / "sample" / "report.pdf"


@pytest.fixture(scope="module")
def chromium():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.skip("no Chromium here")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """A page of 1280 × 900; whatever goes wrong in its scripts ends the test."""
    contexts, wrong = [], []

    def open_(address: str = "about:blank", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if broken(line) else None)
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def broken(line) -> bool:
    """A page that is refused, as one that is not there, is no fault of a script."""
    return line.type == "error" and "Failed to load resource" not in line.text


def serve(store, pipeline):
    """The service in a thread; returns its address and what ends it."""
    app = create_app(store, pipeline, Settings(), [router], ROUTES)
    listening = socket.create_server(("127.0.0.1", 0))
    service = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=service.run, args=([listening],))
    thread.start()
    while not service.started:
        time.sleep(0.01)

    def stop():
        service.should_exit = True
        thread.join()

    return f"http://127.0.0.1:{listening.getsockname()[1]}", stop


@pytest.fixture
def running(request, store):
    """The address of a service with foretold answers and two reports."""
    store.add(analysed(), "ann")
    store.add(example(), "ann")
    address, stop = serve(store, SmallPipeline)
    yield address
    stop()


# --- from a report to a better model --------------------------------------------------------


@pytest.fixture(scope="module")
def small_corpus(tmp_path_factory):
    """A registry of its own with a version of a small corpus in use; training takes a second."""

    def part(of):
        return tuple(rows[::72] for rows in of)

    splits = {split: part(collect.corpus(split)) for split in ("train", "test")}
    topics, composed = part(collect.catalogue_findings()), part(collect.composed_findings())
    points, states = part(collect.point_findings()), part(collect.contrast_findings())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "corpus", splits.get)
        patch.setattr(collect, "catalogue_findings", lambda: topics)
        patch.setattr(collect, "composed_findings", lambda: composed)
        patch.setattr(collect, "point_findings", lambda: points)
        patch.setattr(collect, "contrast_findings", lambda: states)
        small = Recipe(folds=2, min_count=1, asks=False)
        patch.setattr(training_of_models, "read_recipe", lambda _: small)
        patch.setenv("BIFINDING_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(training, "RUN", job.perform)
        base = train([])
        registry.promote(base.model.name)
        yield base.model.name


def test_upload_review_correction_export_training_promotion(
    small_corpus,
    url,
    open_page,
    tmp_path,
):
    registry.promote(small_corpus)
    store = Store(url)
    address, stop = serve(store, bifinding.load)
    try:
        page = open_page(address, accept_downloads=True)
        page.set_input_files("#files", SAMPLE)
        page.get_by_role("button", name="Read them").click()
        page.get_by_role("link", name="Open report.pdf").click()
        assert page.locator("article").count() == 17

        def said(text):
            sync_api.expect(page.locator("#said")).to_contain_text(text)

        page.wait_for_load_state()  # the script that answers to keys has run
        page.keyboard.press("n")
        first = page.locator(".finding.current")
        number = first.get_attribute("data-id")
        name = first.get_attribute("data-name")
        page.keyboard.press("2")  # the question, by a word of either language
        page.keyboard.type("消防")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        said(f"{name}: ")
        chosen = page.locator(f"#f{number} [data-task=question]").get_attribute("data-value")
        assert chosen.startswith("7.")
        page.keyboard.press("4")
        page.keyboard.press("5")
        said("severity: Observation")
        page.keyboard.press("a")
        said("accepted")
        page.keyboard.press("u")
        said("Taken back")
        page.keyboard.press("a")
        said("accepted")
        dubious = page.locator(".finding:has(.defects li)").first
        dubious.locator("header a").focus()
        page.keyboard.press("d")
        said("defect dismissed")
        for _ in range(3):
            page.keyboard.press("n")
            before = page.locator(".accepted").count()
            page.keyboard.press("a")
            sync_api.expect(page.locator(".accepted")).to_have_count(before + 1)
        corrected = store.finding(int(number))
        assert (corrected.question, corrected.severity, corrected.reviewed) == (
            chosen, "observation", True,
        )  # fmt: skip

        page.locator(".tools summary").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="JSONL").click()
        download.value.save_as(tmp_path / "report.jsonl")
        lines = (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()
        assert json.loads(lines[int(number) - 1])["given"]["question"] == chosen

        page.get_by_role("link", name="Models").click()
        page.get_by_role("button", name="Train a new version").click()
        page.get_by_role("button", name="Put it in use").click(timeout=60_000)
        sync_api.expect(page.locator("#job")).to_contain_text("is in use now", timeout=30_000)
        version = registry.in_use()
        assert version != small_corpus

        page.goto(f"{address}/review/reports/1")
        page.get_by_role("button", name="Read anew with the model in use").click()
        sync_api.expect(page.locator("footer")).to_contain_text(version)
        assert store.report(1).model == version  # the same service, never started anew
        assert store.finding(int(number)).question == chosen
    finally:
        stop()
        store.close()


# --- other ways to use it -------------------------------------------------------------------


def test_all_of_it_without_javascript(running, open_page, store):
    page = open_page(f"{running}/review/reports/1", java_script_enabled=False)
    page.locator("#f1 button:has-text('Accept')").click()
    assert "1: accepted." in page.locator("#said").inner_text()
    page.locator("#f2 a.label[data-task=severity]").click()
    page.get_by_label("Severity").select_option("critical")
    page.get_by_role("button", name="Save labels").click()
    page.get_by_role("button", name="Dismiss").click()
    assert store.finding(1).reviewed
    now = store.finding(2)
    assert (now.severity, now.defects[0].verdict) == ("critical", "dismissed")
    page.get_by_role("button", name="中文").click()
    assert "发现项" in page.locator("h1").inner_text()


def test_sentences_and_facts_light_up_with_their_counterparts(running, open_page):
    page = open_page(f"{running}/review/reports/2")
    card = page.locator(".finding").first
    card.locator(".en b", has_text="March 2025").hover()
    sync_api.expect(card.locator(".zh b.lit")).to_have_text("2025年3月")
    sync_api.expect(card.locator(".zh span.lit")).to_contain_text("10名加班")
    label = card.locator("a.label[data-task=status]")
    label.focus()
    sync_api.expect(card.locator("mark.lit")).to_have_count(2)


def test_files_dropped_on_the_page_are_read(running, open_page):
    page = open_page(f"{running}/review")
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["id,en\\n1,The exit was locked.\\n"], "a.csv"));
      data.items.add(new File(["%PDF-1.4 no"], "bad.pdf"));
      document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
    }""")
    uploads = page.locator("#uploads")
    sync_api.expect(uploads).to_contain_text("Not read")
    sync_api.expect(uploads.locator(".taken")).to_contain_text("1 finding")
    sync_api.expect(page.locator("#reports")).to_contain_text("a.csv")


def test_a_phone_shows_everything_within_its_width(running, open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    for path in PAGES:
        page.goto(f"{running}{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


# --- axe ------------------------------------------------------------------------------------

PAGES = ["/review", "/review/reports/1", "/review/reports/2", "/review/findings/2", "/review/work",
         "/review/dashboard", "/review/models", "/review/help", "/review/reports/1/follow-up",
         "/review/reports/1/delete", "/review/reports/99", "/login"]  # fmt: skip


def test_axe_finds_no_serious_problem_in_light_and_in_dark(running, open_page, store):
    store.accept(1, "ann")
    page = open_page(color_scheme="light")
    found = []
    for path in PAGES:
        page.goto(f"{running}{path}")
        if "reports/2" in path:
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found += problems(page, path) + problems_in_the_dark(page, path)
    page.context.add_cookies([{"name": "bifinding_lang", "value": "zh", "url": running}])
    page.goto(f"{running}/review/reports/2")
    found += problems(page, "in Chinese")
    for key in ("2", "Escape", "?"):
        page.keyboard.press(key)
        found += problems(page, f"after {key}") + problems_in_the_dark(page, f"after {key}")
    assert found == []


def problems_in_the_dark(page, where):
    page.emulate_media(color_scheme="dark")
    found = problems(page, f"{where}, dark", {"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return found


def problems(page, where, options=None):
    """What axe-core finds on the page as it is; its script is put in once a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    asked = {"resultTypes": ["violations"], **(options or {})}
    results = page.evaluate("options => axe.run(document, options)", asked)
    return [
        (where, one["id"], node["html"][:200])
        for one in results["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
