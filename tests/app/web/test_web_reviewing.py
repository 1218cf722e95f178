"""What people say of findings, and who may say it."""

from __future__ import annotations

from bifinding.app.store import Correction
from bifinding.app.web import ROUTES, router

from ..service.test_access import routes_of
from .test_web_pages import PAGES

# --- reviewing ------------------------------------------------------------------------------------


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


# --- who may --------------------------------------------------------------------------------------


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
