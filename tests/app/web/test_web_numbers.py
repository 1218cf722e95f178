"""The dashboard, the audit before, and training from the page."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import pytest
from bifinding.app.store import Correction
from bifinding.app.web import job, training

from ..small_pipeline import EXIT_EN, EXIT_ZH, OVERTIME_EN, OVERTIME_ZH, analysed

# --- numbers --------------------------------------------------------------------------------------


def test_the_dashboard_counts_and_says_when_there_is_nothing_to_count(browser, store):
    assert "nothing to count" in browser.page("/review/dashboard").one("main").text
    store.add(analysed(), "ann")
    store.accept(1, "ann")
    page = browser.page("/review/dashboard")
    tables = " ".join(page.one("main").text.split())
    for said in ("PA7 Occupational Health and Safety", "2025-06", "Dovecote Lamps", "Major 3"):
        assert said in tables
    drawn = [rect for rect in page.all("rect", class_="s-major") if rect.attrs["height"] != "12"]
    assert [rect.attrs["height"] for rect in drawn] == ["180.0"]


def test_the_site_s_last_audit_beside_this_one(browser, store):
    first = analysed((EXIT_EN, EXIT_ZH), ("No contract was signed.", None), file="old.txt",
                     header={"Monitored Party": "L", "Monitoring Start Date": "11/06/2024"},
                     ratings={"PA7": "D", "PA1": "A"})  # fmt: skip
    then = analysed((EXIT_EN, None), (OVERTIME_EN, OVERTIME_ZH), file="new.txt",
                    header={"Monitored Party": "L", "Monitoring Start Date": "11/06/2025"},
                    ratings={"PA7": "B", "PA1": "A"})  # fmt: skip
    store.add(first, "ann")
    id_, _ = store.add(then, "ann")
    store.correct(store.report_findings(id_)[0].id, Correction(status="corrected"), "ann")
    page = browser.page(f"/review/reports/{id_}/follow-up")
    found = {
        section.one("h2").text: section.one("tbody").one("tr").one("th").text[:4].strip()
        for section in page.all("section", class_="outcome")
    }
    assert found == {"New": "6.2", "Closed": "7.14", "Not mentioned any more": "10.1"}
    assert page.one("section", aria_labelledby="moved").one("ul").text.split()[:2] == [
        "D→toB",
        "PA7",
    ]


# --- training -------------------------------------------------------------------------------------


@pytest.fixture
def runs(monkeypatch):
    """What was asked to run; ``runs.tells`` is what it says."""
    asked: list[tuple[str, str]] = []
    runs = types.SimpleNamespace(asked=asked, tells=[])

    def run(arguments, tell):
        kind, argument = arguments
        said = Path(argument).read_text(encoding="utf-8") if kind == "train" else argument
        asked.append((kind, said))
        for line in runs.tells:
            tell(line)

    monkeypatch.setattr(training, "RUN", run)
    return runs


def wait(browser, state):
    for _ in range(200):
        if (told := browser.get("/review/models/job").json())["state"] == state:
            return told["html"]
    raise AssertionError(told)


def test_corrections_train_a_version_and_the_page_compares_it(browser, store, lamps, runs):
    assert "/models/train" not in browser.get("/review/models").text  # nothing to learn from
    browser.submit("/review/findings/1", question="7.1")
    change = {"task": "area", "n": 20, "before": 0.8, "after": 0.9, "gained": 3, "lost": 1,
              "p": 0.6, "verdict": "better"}  # fmt: skip
    result = {"version": "m123", "in_use": "default-0.1.0", "learned": 1, "tested_on": 20,
              "change": [change], "own": [], "objections": []}  # fmt: skip
    runs.tells = [{"what": "fitting", "done": 1, "of": 4}, {"result": result}]
    assert browser.submit("/review/models/train") == "/review/models#job"
    html = wait(browser, "done")
    assert json.loads(runs.asked[0][1])["given"]["question"] == "7.1"
    assert "m123" in html
    assert "0.900" in html
    assert "/review/models/promote" in html
    assert browser.post("/review/models/promote", data={"version": "m999"}).status_code == 404


def test_a_training_that_fails_says_so_and_two_do_not_run_at_once(browser, store, lamps, runs):
    store.accept(1, "ann")
    runs.tells = [{"error": "no finding has a label"}]
    browser.submit("/review/models/train")
    assert "no finding has a label" in wait(browser, "failed")
    browser.app.state.jobs.last.state = "running"
    assert browser.post("/review/models/train").status_code == 409
    page = browser.page("/review/models")
    assert "disabled" in page.one("button", class_="primary").attrs


def test_a_process_of_its_own_is_heard_and_so_is_its_breaking_off(monkeypatch):
    script = "import sys; print('noise'); print('{\"what\": \"fit\", \"done\": 1, \"of\": 2}', flush=True); sys.exit('full disk')"  # fmt: skip
    monkeypatch.setattr(training, "COMMAND", (sys.executable, "-c", script))
    told = []
    training.in_process_of_its_own(["train", "x"], told.append)
    assert told == [
        {"what": "fit", "done": 1, "of": 2},
        {"error": "it broke off (full disk)"},
    ]


def test_a_job_that_cannot_be_done_says_why():
    told = []
    job.perform(["promote", "no-such-version"], told.append)
    assert "there is no model of that name" in told[-1]["error"]
