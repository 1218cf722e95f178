"""The pages as they are answered: what stands on them, in which language, for whom."""

from __future__ import annotations

import io
import json
import re
import sys
import types
from pathlib import Path

import openpyxl
import pytest
from bifinding.app.store import Correction, Filters
from bifinding.app.web import ROUTES, job, router, training
from bifinding.app.web.cards import PAGE

from ..service.test_access import routes_of
from ..small_pipeline import EXIT_EN, EXIT_ZH, OVERTIME_EN, OVERTIME_ZH, analysed

PAGES = ["/review", "/review/reports/1", "/review/findings/2", "/review/work", "/review/dashboard",
         "/review/models", "/review/help", "/review/reports/1/follow-up",
         "/review/reports/1/delete"]  # fmt: skip
CSV = "id,en,zh\n1,The exit was locked.,出口被锁。\n"


def upload(browser, *files, **fields):
    sent = [("files", (name, data)) for name, data in files]
    return browser.post("/review/upload", files=sent, data=fields)


def ids(page):
    return [article.attrs["data-name"] for article in page.all("article")]


def unmarked(node):
    """The text of the interface: without what is said to be English, as findings are."""
    return "".join(
        child if isinstance(child, str) else "\n" + unmarked(child)
        for child in node.children
        if isinstance(child, str) or child.attrs.get("lang") != "en"
    )


# --- every page -----------------------------------------------------------------------------


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


# --- uploads --------------------------------------------------------------------------------


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


# --- a report -------------------------------------------------------------------------------


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


# --- reviewing ------------------------------------------------------------------------------


def test_a_form_says_what_it_did_where_it_was_sent_from(browser, lamps):
    led = browser.submit("/review/findings/1", accepted="yes", back="/review/reports/1?page=1#x")
    assert led == "/review/reports/1?page=1#f1"
    page = browser.page("/review/reports/1")
    assert page.one(id="said").text == "1: accepted."
    assert "Accepted" in page.one("article", id="f1").text
    assert page.one(id="progress").attrs["value"] == "1"


def test_labels_sent_unchanged_are_not_held_against_a_changed_one(browser, store, lamps):
    browser.submit(
        "/review/findings/1", area="PA6", question="7.14", status="new", severity="major"
    )
    now = store.finding(1)
    assert (now.area, now.question, now.said) == ("PA6", None, {"area": "PA6", "question": None})


def test_a_script_gets_the_card_what_to_say_and_how_to_take_it_back(browser, store, lamps):
    key = store.finding(2).defects[0].key
    asked = {"question": "5.1", "accepted": "yes", "dismiss": key}
    before = store.finding(2)
    json_ = {"accept": "application/json"}
    told = browser.post("/review/findings/2", data=asked, headers=json_).json()
    assert told["said"].startswith("2: area: PA5 Fair Remuneration, question: 5.1")
    assert told["accepted"] == 1
    assert told["counts"] == {"all": 3, "open": 2, "unsure": 1}
    assert 'id="f2"' in told["html"]
    assert told["undo"] == {"area": "PA6", "question": "6.2", "accepted": "no", "reopen": key}
    browser.post("/review/findings/2", data=told["undo"], headers=json_)
    now = store.finding(2)
    assert (now.area, now.question, now.reviewed) == (before.area, before.question, False)
    assert now.defects == before.defects


def test_what_cannot_be_is_refused_and_changes_nothing(browser, store, lamps):
    for fields in ({"question": "6.99"}, {"confirm": "abc"}, {"area": "PA77"}):
        assert browser.post("/review/findings/1", data=fields).status_code in (404, 422)
    assert store.finding(1).history == []


def test_issues_are_judged_too(browser, store, lamps):
    key = store.report(lamps).issues[0].key
    browser.submit("/review/reports/1/issues", dismiss=key)
    assert store.report(lamps).issues[0].verdict == "dismissed"
    browser.submit("/review/reports/1/issues", reopen=key)
    assert store.report(lamps).issues[0].verdict is None


def test_the_work_list_leads_from_one_to_the_next(browser, store, lamps):
    names = [h2.text.split()[0] for h2 in browser.page("/review/work").all("h2")]
    assert names == ["2", "3", "1"]
    assert [h.text.split()[0] for h in browser.page("/review/work?q=locked").all("h2")] == ["1"]
    assert browser.get("/review/work/next").headers["location"] == "/review/findings/2?work=true"
    led = browser.get("/review/work/next?after=2").headers["location"]
    assert led == "/review/findings/3?work=true"
    for id_ in (1, 2, 3):
        store.accept(id_, "ann")
    assert browser.get("/review/work/next").headers["location"] == "/review/work"
    assert len(list(browser.page("/review/work?done=true").all("h2"))) == 3


def test_history_says_who_and_what(browser, store, lamps):
    store.correct(1, Correction(severity="critical"), "bob")
    row = browser.page("/review/findings/1").one("section", class_="history").one("tbody").text
    assert "bob" in row
    assert "Major" in row
    assert "Critical" in row


# --- who may --------------------------------------------------------------------------------


def test_readers_see_no_button_that_they_may_not_use(signed_in, lamps):
    browser = signed_in("reader")
    for address in PAGES:
        if "delete" not in address:
            posts = {f.attrs["action"] for f in browser.page(address).all("form", method="post")}
            assert posts <= {"/review/settings", "/logout"}, address


def test_reviewers_see_no_button_of_admins(signed_in, store, lamps):
    store.accept(1, "ann")
    browser = signed_in("reviewer")
    assert browser.page("/review/reports/1").one("article", id="f2").all("form")
    for address in ("/review/reports/1", "/review/models"):
        text = browser.get(address).text
        assert "/delete" not in text
        assert "/models/train" not in text
        assert "/models/promote" not in text


def test_who_may_not_is_refused(signed_in, store, lamps):
    for role, ranks in (("reader", ("reviewer", "admin")), ("reviewer", ("admin",))):
        browser = signed_in(role)
        for route, least in ROUTES.items():
            method, path = route.split()
            if method == "POST" and least in ranks:
                assert browser.post(path.replace("{id}", "1")).status_code == 403
    assert store.reports().total == 1


def test_every_page_stands_in_the_table_of_roles_and_every_line_is_a_page():
    assert {r for r in routes_of(router.routes) if r != "POST /login"} == set(ROUTES)


def test_signing_in(browser, store):
    token = store.tokens.add("ann", "reviewer")
    browser.headers["origin"] = "http://localhost"
    assert browser.get("/review").headers["location"] == "/login"
    assert "Sign in" in browser.page("/login").one("h1").text
    wrong = browser.post("/login", data={"token": "no"})
    assert wrong.status_code == 401
    assert "opens nothing" in wrong.text
    assert browser.submit("/login", token=token) == "/"
    assert "ann" in browser.page("/review").one("summary").text


# --- texts that want to be more than text ---------------------------------------------------

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


# --- numbers --------------------------------------------------------------------------------


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


# --- training -------------------------------------------------------------------------------


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
