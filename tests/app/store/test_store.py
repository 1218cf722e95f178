"""What is put in comes out; what people say changes how a finding stands, and is never lost."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from bifinding.app.lint import Accepted
from bifinding.app.store import Correction, Filters, NotFound
from bifinding.corpus.readers import read
from bifinding.corpus.schema import Finding, InputError, Issue, Place, Source, Text
from bifinding.training.collect import own

from ..small_pipeline import (
    EXIT_EN,
    EXIT_ZH,
    OVERTIME_EN,
    OVERTIME_ZH,
    SmallPipeline,
    analysed,
    report,
)


def test_a_report_comes_out_as_it_went_in(store):
    went_in = analysed()
    id_, new = store.add(went_in, "ann")
    assert new
    assert store.analysed(id_) == went_in
    [row] = store.reports().items
    assert (row.file, row.supplier, row.site_id) == ("lamps.txt", "Dovecote Lamps", "156-1")
    assert (row.audit_date, row.uploaded_by, row.model) == ("2025-06-11", "ann", "small-1")
    assert (row.findings, row.open) == (3, 3)


def test_the_same_report_twice_is_one_under_any_name(store):
    first, _ = store.add(analysed(), "ann")
    again, new = store.add(analysed(file="lamps (1).txt"), "bob")
    assert (again, new) == (first, False)
    assert store.reports().total == 1
    assert store.findings().total == 3
    other, new = store.add(analysed((EXIT_EN, EXIT_ZH.replace("2", "3"))), "ann")
    assert new
    assert other != first


def test_the_same_report_from_many_threads_is_one(store):
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: store.add(analysed(), "ann"), range(12)))
    assert len({id_ for id_, _ in done}) == 1
    assert sum(new for _, new in done) == 1
    assert store.findings().total == 3


def test_reports_that_differ_from_many_threads_are_all_there(store):
    said = [analysed((f"{EXIT_EN} Line {i}.", None)) for i in range(24)]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda one: store.add(one, "ann"), said))
    assert all(new for _, new in done)
    names = {row.en for row in store.findings(Filters(size=100)).items}
    assert names == {one.findings[0].en for one in said}


def test_a_report_that_cannot_be_stored_whole_is_not_stored(store):
    broken = analysed()
    broken.findings.pop()
    with pytest.raises(ValueError, match="shorter"):
        store.add(broken, "ann")
    assert store.reports().total == store.findings().total == 0


def test_another_model_speaks_anew_and_people_have_still_spoken(store):
    id_, _ = store.add(analysed(), "ann")
    first = store.report_findings(id_)[0]
    store.correct(first.id, Correction(question="7.1", accepted=True), "bob")
    again, new = store.add(analysed(model="small-2"), "ann")
    assert (again, new) == (id_, False)
    assert store.report(id_).model == "small-2"
    after = store.finding(first.id)
    assert after.record.model == "small-2"
    assert (after.question, after.reviewed, after.record.question.label) == ("7.1", True, "7.14")


# --- what people say ------------------------------------------------------------------------


@pytest.fixture
def findings(store):
    id_, _ = store.add(analysed(), "ann")
    return store.report_findings(id_)


def test_a_correction_keeps_who_and_when_and_what_it_was(store, findings):
    after = store.correct(findings[0].id, Correction(severity="critical"), "bob")
    assert (after.severity, after.said) == ("critical", {"severity": "critical"})
    [change] = after.history
    assert (change.field, change.old, change.new, change.who) == (
        "severity", "major", "critical", "bob",
    )  # fmt: skip
    assert change.at.tzinfo is not None
    assert after.record.severity.label == "major"  # what the model said stays


def test_saying_it_again_changes_nothing(store, findings):
    for _ in range(2):
        after = store.correct(findings[0].id, Correction(area="PA7", accepted=True), "bob")
    assert [change.field for change in after.history] == ["accepted"]


@pytest.mark.parametrize(
    ("says", "area", "question"),
    [
        ({"question": "6.2"}, "PA6", "6.2"),
        ({"area": "PA6"}, "PA6", None),
        ({"area": "PA7"}, "PA7", "7.14"),
        ({"area": "PA2", "question": "2.4"}, "PA2", "2.4"),
        ({"question": None}, "PA7", None),
    ],
)
def test_area_and_question_agree_after_a_correction(store, findings, says, area, question):
    after = store.correct(findings[0].id, Correction(**says), "bob")
    assert (after.area, after.question) == (area, question)


def test_a_question_that_there_is_not(store, findings):
    with pytest.raises(InputError, match=r"no question 6\.99"):
        store.correct(findings[0].id, Correction(question="6.99"), "bob")
    assert store.finding(findings[0].id).history == []


def test_what_counts_is_the_person_then_the_report_then_the_model(store, findings):
    overtime = findings[1]
    assert overtime.record.status.label == "new"
    assert overtime.status == "not_corrected"  # as the report says
    after = store.correct(overtime.id, Correction(status="corrected"), "bob")
    assert after.status == "corrected"
    assert after.severity == "major"


def test_a_dismissed_defect_is_out_of_the_way_and_comes_back(store, findings):
    overtime = findings[1]
    assert overtime.level == "error"
    [defect] = overtime.defects
    after = store.judge_defect(overtime.id, defect.key, "dismissed", "bob")
    assert (after.level, after.defects[0].verdict) == (None, "dismissed")
    assert after.score == pytest.approx(overtime.score - 1)
    report = store.analysed(overtime.report_id)
    assert report.findings[1].defects == []
    after = store.judge_defect(overtime.id, defect.key, None, "bob")
    assert (after.level, after.defects[0].verdict) == ("error", None)
    assert [change.new for change in after.history] == ["dismissed", None]


def test_what_was_dismissed_is_an_accept_list_for_check(store, findings, tmp_path):
    report = findings[0].report_id
    store.judge_defect(findings[1].id, findings[1].defects[0].key, "dismissed", "bob")
    store.judge_issue(report, store.report(report).issues[0].key, "dismissed", "bob")
    path = tmp_path / "accepted.jsonl"
    path.write_text("\n".join(map(json.dumps, store.dismissed())), encoding="utf-8")
    left = Accepted.read(path).filter(analysed())
    assert [record.defects for record in left.findings] == [[], [], []]
    assert left.issues == []
    assert store.analysed(report).issues == []
    store.judge_issue(report, store.report(report).issues[0].key, None, "bob")
    assert len(store.dismissed()) == 1


def test_a_key_that_no_defect_has(store, findings):
    with pytest.raises(NotFound, match="defect abc"):
        store.judge_defect(findings[0].id, "abc", "confirmed", "bob")
    with pytest.raises(NotFound, match="issue abc"):
        store.judge_issue(findings[0].report_id, "abc", "confirmed", "bob")


def test_what_people_said_teaches_the_next_model(store, findings, tmp_path):
    store.correct(findings[0].id, Correction(question="7.1"), "bob")
    store.accept(findings[1].id, "bob")
    path = tmp_path / "corrections.jsonl"
    lines = [json.dumps(line, ensure_ascii=False) for line in store.corrections()]
    path.write_text("\n".join(lines), encoding="utf-8")
    learned = own([read(path)])
    assert learned.corrected == [True, True]
    exit_, overtime = learned.findings
    assert (exit_.id, exit_.en, exit_.zh) == ("lamps#1", EXIT_EN, EXIT_ZH)
    assert (exit_.given.area, exit_.given.question, exit_.given.status) == ("PA7", "7.1", None)
    assert (overtime.given.area, overtime.given.question) == ("PA6", "6.2")
    assert (overtime.given.status, overtime.given.severity) == ("not_corrected", "major")
    assert learned.problems == []


def test_the_export_of_a_report_says_what_people_said(store, findings):
    store.correct(findings[0].id, Correction(question="7.1"), "bob")
    exported = store.analysed(findings[0].report_id)
    assert exported.findings[0].given.question == "7.1"
    assert exported.findings[0].question.label == "7.14"


# --- lists ----------------------------------------------------------------------------------


FILTERS = [
    ({}, [1, 2, 3]),
    ({"area": "PA6"}, [2]),
    ({"question": "7.14"}, [1]),
    ({"status": "not_corrected"}, [2]),
    ({"severity": "observation"}, []),
    ({"level": "error"}, [2]),
    ({"level": "none"}, [1, 3]),
    ({"review": True}, [3]),
    ({"reviewed": True}, []),
    ({"supplier": "Dovecote Lamps"}, [1, 2, 3]),
    ({"supplier": "Saltmarsh Toys"}, []),
    ({"report": 1}, [1, 2, 3]),
    ({"size": 2}, [1, 2]),
    ({"size": 2, "page": 2}, [3]),
    ({"order": "worklist"}, [2, 3, 1]),
]


def test_findings_are_filtered_paged_and_ordered(store, findings):
    for filters, names in FILTERS:
        page = store.findings(Filters(**filters))
        assert [row.name for row in page.items] == [f"lamps#{n}" for n in names], filters
        assert page.total == (3 if "size" in filters else len(names))


def test_the_work_list_puts_first_what_needs_a_person_and_drops_what_is_done(store, findings):
    open_ = Filters(order="worklist", reviewed=False)
    first = store.findings(open_).items[0]
    assert first.name == "lamps#2"
    done = store.accept(first.id, "bob")
    assert (done.score, done.reviewed) == (0, True)
    assert first.id not in [row.id for row in store.findings(open_).items]
    assert store.reports().items[0].open == 2


def test_audits_of_one_site_stand_in_order(store):
    later, _ = store.add(analysed((OVERTIME_EN, OVERTIME_ZH)), "ann")
    date = {"Monitored Party": "Dovecote Lamps", "Monitoring Start Date": "03/02/2024"}
    earlier, _ = store.add(analysed((EXIT_EN, EXIT_ZH), header=date), "ann")
    elsewhere = {"Monitored Party": "Saltmarsh Toys"}
    store.add(analysed(("A contract.", None), header=elsewhere, sites=[{"id": "9"}]), "ann")
    assert [row.id for row in store.audits(later)] == [earlier, later]


def test_counts(store, findings):
    store.correct(findings[0].id, Correction(question="7.1", accepted=True), "bob")
    store.accept(findings[1].id, "bob")
    date = {"Monitored Party": "Dovecote Lamps", "Monitoring Start Date": "03/02/2024"}
    store.add(analysed((OVERTIME_EN, OVERTIME_ZH), header=date), "ann")
    counts = store.counts()
    assert (counts.reports, counts.findings, counts.reviewed) == (2, 4, 2)
    areas = [(c.period, c.label, c.findings) for c in counts.over_time["area"]]
    assert areas == [
        ("2024-02", "PA6", 1), ("2025-06", "PA10", 1), ("2025-06", "PA6", 1), ("2025-06", "PA7", 1),
    ]  # fmt: skip
    assert [(law.law, law.findings, law.reports) for law in counts.laws] == [
        ("fire-protection-law", 1, 1)
    ]
    [supplier] = counts.suppliers
    assert (supplier.reports, supplier.findings, supplier.open) == (2, 4, 2)
    assert (supplier.repeats, supplier.last_audit) == (2, "2025-06-11")
    assert [(r.question, r.audits) for r in counts.repeats] == [("6.2", 2)]
    agreement = {a.task: (a.agreed, a.findings) for a in counts.agreement}
    # The model missed the first one's question, and the second's status, which the report states.
    assert agreement == {"area": (2, 2), "question": (1, 2), "status": (1, 2), "severity": (2, 2)}


def test_an_empty_store_counts_nothing(store):
    counts = store.counts()
    assert (counts.reports, counts.findings, counts.laws, counts.suppliers) == (0, 0, [], [])
    assert all(a.findings == 0 for a in counts.agreement)


# --- deleting -------------------------------------------------------------------------------


def test_a_deleted_report_is_gone_with_all_that_hung_on_it(store, findings):
    store.correct(findings[0].id, Correction(question="7.1", accepted=True), "bob")
    kept, _ = store.add(analysed(("The contract of Li was lost.", "李的合同丢失。")), "ann")
    store.delete_report(findings[0].report_id)
    with pytest.raises(NotFound):
        store.report(findings[0].report_id)
    with pytest.raises(NotFound):
        store.finding(findings[0].id)
    assert store.corrections() == []
    assert store.findings(Filters(q="exits")).total == 0
    assert store.findings(Filters(q="合同")).total == 1
    assert [row.id for row in store.reports().items] == [kept]
    assert store.counts().laws == []
    _, new = store.add(analysed(), "ann")
    assert new


def test_deleting_what_is_not_there(store):
    with pytest.raises(NotFound):
        store.delete_report(7)


def test_deleted_words_are_in_no_file_of_the_database(store, files):
    secret_en, secret_zh = "Zhao Yiming signed the quitclaim", "赵一鸣签了弃权书"
    kept, _ = store.add(analysed((EXIT_EN, EXIT_ZH)), "ann")
    filler = [(f"{EXIT_EN} {i}", EXIT_ZH) for i in range(40)]
    id_, _ = store.add(analysed((secret_en, secret_zh), *filler, file="zhao.txt"), "ann")
    store.accept(store.report_findings(id_)[0].id, "ann")
    words = [secret_en, "quitclaim", secret_zh, "弃权", "zhao.txt"]
    assert [word for word in words if word.encode() in files()] == words
    store.delete_report(id_)
    assert [word for word in words if word.encode() in files()] == []
    assert store.report(kept).findings == 1
    assert EXIT_ZH.encode() in files()


# --- odd texts ------------------------------------------------------------------------------


def test_texts_with_every_sort_of_character_come_back_as_they_are(store):
    en, zh = "Quotes ' \" \\u0000 \\ % _ 😀 é\tx\n\u2028", "全角１２３，“引号”《》𠮷\ufffd"
    id_, _ = store.add(analysed((en, zh)), "ann")
    [finding] = store.report_findings(id_)
    assert (finding.en, finding.zh) == (en, zh)
    assert finding.finding.texts["zh"] == Text.whole(zh)


def test_issues_with_the_same_words_share_a_key_and_a_verdict(store):
    said = analysed()
    place = [Place(text="76", where="metrics")]
    said.issues = [Issue(check="x", level="note", message=m, places=place) for m in ("a", "b")]
    id_, _ = store.add(said, "ann")
    first, second = store.report(id_).issues
    assert first.key == second.key
    store.judge_issue(id_, first.key, "confirmed", "ann")
    assert [i.verdict for i in store.report(id_).issues] == ["confirmed", "confirmed"]


def test_a_bare_list_has_no_supplier_and_no_date(store):
    said = report((EXIT_EN, None), file="list.csv", header={}, sites=[])
    said.findings = [
        Finding(id="7", source=Source(file="list.csv"), texts={"en": Text.whole(EXIT_EN)})
    ]
    said.layout = "table"
    id_, _ = store.add(SmallPipeline().analyse(said), "ann")
    row = store.report(id_)
    assert (row.supplier, row.site_id, row.audit_date) == (None, None, None)
    assert [audit.id for audit in store.audits(id_)] == [id_]
    assert store.counts().suppliers[0].supplier is None
