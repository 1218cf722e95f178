"""Uploading reports, and what a report's page shows."""

from __future__ import annotations

import io
import json

import openpyxl
from bifinding.app.store import Filters
from bifinding.app.web.cards import PAGE

from ..small_pipeline import EXIT_EN, EXIT_ZH, analysed

CSV = "id,en,zh\n1,The exit was locked.,出口被锁。\n"


def upload(browser, *files, **fields):
    sent = [("files", (name, data)) for name, data in files]
    return browser.post("/review/upload", files=sent, data=fields)


def ids(page):
    return [article.attrs["data-name"] for article in page.all("article")]


# --- uploads --------------------------------------------------------------------------------------


def test_files_are_read_one_by_one_and_each_says_what_became_of_it(browser, store):
    response = upload(browser, ("a.csv", CSV), ("bad.pdf", b"%PDF-1.4 no"), ("b.csv", CSV))
    assert response.status_code == 200
    assert [row.file for row in store.reports().items] == ["a.csv"]
    for said in ("a.csv", "1 finding", "Not read", "bad.pdf", "This report was here already"):
        assert said in response.text


def test_a_script_gets_lines_with_progress(browser):
    response = browser.post(
        "/review/upload",
        files={"files": ("a.csv", CSV)},
        headers={"accept": "application/x-ndjson"},
    )
    first, *between, last = map(json.loads, response.text.splitlines())
    assert first == {"done": 0, "of": 1}
    assert between == [{"done": 1, "of": 1}]
    assert last["ok"]
    assert "/review/reports/1" in last["html"]


def test_nothing_readable_is_no_success(browser, store):
    assert upload(browser, ("bad.xlsx", b"PK no")).status_code == 422
    assert store.reports().total == 0


def test_what_is_masked_is_masked_before_it_is_stored_and_listed(browser, store):
    assert browser.page("/review").one("input", name="redact")
    csv = "id,en\n1,Interviewed worker Li Na had no contract; worker Li Na left.\n"
    said = upload(browser, ("a.csv", csv), redact="yes").text
    assert "[PERSON 1] [人员1]" in said
    assert "Li Na" in said
    stored = store.findings().items[0].en
    assert stored == "Interviewed worker [PERSON 1] had no contract; worker [PERSON 1] left."
    assert "Li Na" not in browser.get("/review/findings/1").text
    assert upload(browser, ("b.csv", csv)).status_code == 200  # unmasked without the switch
    assert store.findings().total == 2


# --- a report -------------------------------------------------------------------------------------


def test_the_list_shows_what_a_report_is_and_finds_it_by_name(browser, store, lamps):
    store.add(analysed((EXIT_EN, EXIT_ZH), file="x.txt", header={"Monitored Party": "Pond"}), "a")
    text = browser.page("/review").one("table").text
    for said in ("Dovecote Lamps", "156-1", "2025-06-11", "errors in 1", "0 / 3", "Pond"):
        assert said in text
    assert "Pond" not in browser.page("/review?q=dovecote").one("table").text
    assert "No report has that" in browser.page("/review?q=zebra").one("main").text


def test_a_finding_shows_whose_label_counts_and_who_says_otherwise(browser, lamps):
    article = list(browser.page("/review/reports/1").all("article"))[1]
    status = article.one(data_task="status")
    assert "Not corrected" in status.text
    assert "Model: New 95 %" in " ".join(status.text.split())
    assert article.one("ol").one("li").attrs["data-key"]
    assert [u.text for u in article.all("u")] == ["72", "78"]


def test_a_report_of_many_findings_comes_in_pages(browser, store):
    texts = [(f"{EXIT_EN} Line {i}.", None) for i in range(PAGE * 2 + 3)]
    store.add(analysed(*texts, ("Overtime of 72 hours.", "加班78小时。")), "ann")
    assert len(ids(browser.page("/review/reports/1"))) == PAGE
    assert ids(browser.page("/review/reports/1?page=3")) == ["41", "42", "43", "44"]
    assert ids(browser.page("/review/reports/1?page=99")) == ["41", "42", "43", "44"]
    assert ids(browser.page("/review/reports/1?level=error&area=&q=")) == ["44"]
    assert ids(browser.page("/review/reports/1?q=加班")) == ["44"]
    led = browser.get("/review/reports/1/next").headers["location"]
    assert led == "/review/reports/1?page=3#f44"


def test_the_next_uncertain_one_goes_round_and_comes_to_an_end(browser, store, lamps):
    rows = store.outline(Filters(report=lamps))
    unsure = [row.id for row in rows if row.score >= 0.5]
    assert unsure == [2, 3]
    following = [
        browser.get(f"/review/reports/1/next?after={row.position}").headers["location"]
        for row in rows
    ]
    assert [place[-2:] for place in following] == ["f2", "f3", "f2"]
    for id_ in unsure:
        store.accept(id_, "ann")
    assert browser.get("/review/reports/1/next").headers["location"].endswith("#findings")
    assert "Nothing uncertain is left" in browser.page("/review/reports/1").one(id="said").text


def test_downloads_hold_what_people_said(browser, store, lamps):
    finding = store.finding(2)
    browser.submit("/review/findings/2", question="6.1", dismiss=finding.defects[0].key)
    address = "/review/reports/1/download/"
    lines = browser.get(f"{address}jsonl").text.splitlines()
    second = json.loads(lines[1])
    assert (second["given"]["question"], second["defects"]) == ("6.1", [])
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}xlsx").content))
    assert any("lamps#2" in map(str, row) for row in book.worksheets[0].values)
    assert "<tmx" in browser.get(f"{address}tmx").text
    response = browser.get(f"{address}html")
    assert response.headers["content-disposition"] == 'attachment; filename="lamps.html"'
    assert browser.get(f"{address}exe").status_code == 404
    assert json.loads(browser.get("/review/corrections.jsonl").text)["given"]["question"] == "6.1"


def test_deleting_asks_first(browser, store, lamps):
    assert "Dovecote Lamps" in browser.page("/review/reports/1/delete").one("main").text
    assert store.reports().total == 1
    assert browser.submit("/review/reports/1/delete") == "/review"
    assert store.reports().total == 0
    assert "lamps.txt is deleted" in browser.page("/review").one(id="said").text


def test_a_report_can_be_read_anew(browser, store, lamps):
    store.add(analysed(model="small-0"), "ann")
    browser.submit("/review/findings/1", severity="critical")
    browser.submit("/review/reports/1/again")
    assert store.report(1).model == "small-1"
    assert store.finding(1).severity == "critical"
