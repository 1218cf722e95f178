"""`label` picks what would teach most; what people make of it in three tools is read back."""

import io
import json

import numpy as np
import pytest
from bifinding.app.cli import app
from bifinding.app.export import labelling
from bifinding.corpus.readers import read, read_bytes
from bifinding.corpus.schema import Analysis, Given, Prediction, Source
from bifinding.training.choose import most_telling
from openpyxl import load_workbook
from typer.testing import CliRunner

FINDINGS = [
    {
        "id": "𠮷-1",
        "en": "😀 Exit 3 was locked in May 2025.",
        "zh": "😀𠮷田厂2025年5月时，3号出口上锁。",
    },
    {"id": "B", "en": "12 workers worked 60 hours a week.", "zh": "12名工人每周工作60小时。"},
    {"id": "C", "en": "12 workers worked 62 hours a week.", "zh": "12名工人每周工作62小时。"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("label")
    lines = (json.dumps(f, ensure_ascii=False) + "\n" for f in FINDINGS)
    (folder / "in.jsonl").write_text("".join(lines), encoding="utf-8")
    for tool, name in (("label-studio", "ls.json"), ("doccano", "d.jsonl"), ("xlsx", "s.xlsx")):
        result = CliRunner().invoke(
            app, ["label", str(folder / "in.jsonl"), "--for", tool, "-o", str(folder / name)]
        )
        assert result.exit_code == 0, result.output
    return folder


def marked(finding):
    """The marked facts of a finding by language: what they say, and that they stand there."""
    for lang, marks in finding.marks.items():
        text = finding.texts[lang].text
        assert all(text[m.start : m.end] == m.text for m in marks)
    return {lang: [(m.label, m.text) for m in marks] for lang, marks in finding.marks.items()}


def label_studio_export(folder, edit=lambda result: None):
    """The tasks as Label Studio exports them once a person has submitted each."""
    tasks = json.loads((folder / "ls.json").read_text(encoding="utf-8"))
    for number, task in enumerate(tasks, 1):
        result = task.pop("predictions")[0]["result"]
        edit(result)
        annotation = {"id": number, "completed_by": 1, "result": result, "was_cancelled": False}
        task |= {"id": number, "annotations": [annotation], "project": 1, "meta": {}}
    return json.dumps(tasks, ensure_ascii=False).encode()


def test_label_studio_there_and_back_in_browser_units(folder):
    def relabel(result):
        for item in result:
            if item["from_name"] == "severity":
                item["value"]["choices"] = ["critical"]

    report = read_bytes(label_studio_export(folder, relabel), "export.json")
    finding = next(f for f in report.findings if f.id == "𠮷-1")
    assert finding.given.severity == "critical"
    assert finding.given.area == "PA7"
    assert marked(finding) == {"en": [("DATE", "May 2025")], "zh": [("DATE", "2025年5月")]}
    assert not report.problems


def test_the_offsets_sent_to_label_studio_are_those_of_a_browser(folder):
    tasks = json.loads((folder / "ls.json").read_text(encoding="utf-8"))
    task = next(t for t in tasks if t["data"]["id"] == "𠮷-1")
    value = next(r["value"] for r in task["predictions"][0]["result"] if r["to_name"] == "zh")
    units = task["data"]["zh"].encode("utf-16-le")
    assert units[2 * value["start"] : 2 * value["end"]].decode("utf-16-le") == value["text"]


def test_offsets_in_code_points_as_newer_versions_write_them_are_understood(folder):
    def by_code_point(result):
        for item in result:
            if "labels" in item["value"]:
                shift = 2 if item["to_name"] == "zh" else 1
                item["value"]["start"] -= shift
                item["value"]["end"] -= shift

    only = json.loads(label_studio_export(folder, by_code_point))
    only = [task for task in only if task["data"]["id"] == "𠮷-1"]
    finding = read_bytes(json.dumps(only).encode(), "export.json").findings[0]
    assert marked(finding)["zh"] == [("DATE", "2025年5月")]


def test_a_shifted_mark_is_noticed_and_costs_no_label(folder):
    def shift(result):
        for item in result:
            if "labels" in item["value"]:
                item["value"]["start"] += 7
                item["value"]["end"] += 7

    report = read_bytes(label_studio_export(folder, shift), "export.json")
    assert len(report.findings) == 3
    assert not any(f.marks for f in report.findings)
    assert any("does not stand at" in problem.what for problem in report.problems)


def test_a_skipped_task_teaches_nothing(folder):
    tasks = json.loads(label_studio_export(folder))
    for task in tasks:
        task["annotations"][0]["was_cancelled"] = True
    findings = read_bytes(json.dumps(tasks).encode(), "export.json").findings
    assert all(f.given == Given() for f in findings)


def test_doccano_there_and_back(folder):
    lines = (folder / "d.jsonl").read_text(encoding="utf-8").splitlines()
    exported = []
    for number, line in enumerate(map(json.loads, lines), 1):
        cats = [c for c in line["cats"] if not c.startswith("status:")] + ["status:not_corrected"]
        exported.append({"id": number, **line, "cats": cats, "Comments": []})
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in exported).encode()
    finding = next(f for f in read_bytes(data, "all.jsonl").findings if f.id == "𠮷-1")
    assert (finding.en, finding.zh) == (FINDINGS[0]["en"], FINDINGS[0]["zh"])
    assert finding.given.status == "not_corrected"
    assert marked(finding) == {"en": [("DATE", "May 2025")], "zh": [("DATE", "2025年5月")]}


def test_doccano_marks_in_browser_units_are_seen_to_be_shifted(folder):
    line = next(
        line
        for line in map(json.loads, (folder / "d.jsonl").read_text(encoding="utf-8").splitlines())
        if line["finding"] == "𠮷-1"
    )
    zh = line["text"].index("2025年")
    line["entities"] = [
        {"start_offset": start + shift, "end_offset": end + shift, "label": label}
        for start, end, label, _ in line["sent"]
        for shift in [3 if start >= zh else 1]
    ]
    finding = read_bytes(json.dumps(line).encode(), "all.jsonl").findings[0]
    assert marked(finding) == {"en": [("DATE", "May 2025")], "zh": [("DATE", "2025年5月")]}


def test_the_sheet_has_drop_downs_and_only_what_a_person_chose_is_a_label(folder):
    book = load_workbook(folder / "s.xlsx")
    sheet = book["Findings"]
    assert {d.formula1 for d in sheet.data_validations.dataValidation} >= {"Labels!$A$1:$A$13"}
    header = [cell.value for cell in sheet[1]]
    sheet.cell(2, header.index("area") + 1, "PA6")
    data = io.BytesIO()
    book.save(data)
    given = [f.given.area for f in read_bytes(data.getvalue(), "s.xlsx").findings]
    assert given == ["PA6", None, None]


def test_an_unsure_finding_comes_first_and_its_twin_last():
    def record(id, probability):
        labels = {"area": Prediction(label="PA7", probability=probability)}
        labels["status"] = Prediction(label="new", probability=0.99)
        side = {"en": [], "zh": []}
        return Analysis(
            id=id, source=Source(file="x"), site_id=None, en="e", zh=None, given=Given(),
            sentences=side, **labels,
        )  # fmt: skip

    records = [record("sure", 0.99), record("unsure", 0.4), record("twin", 0.41)]
    vectors = np.array([[1, 0], [0, 1], [0.01, 0.99995]], np.float32)
    assert most_telling(records, vectors, 3) == [1, 0, 2]
    assert most_telling(records, vectors, 1) == [1]


def test_the_interface_names_every_label():
    config = labelling.label_studio_config()
    assert '<Choice value="zero_tolerance"' in config
    assert '<Text name="zh" value="$zh"/>' in config
    assert config.count("<Choice ") == 13 + 81 + 4 + 5


def test_what_was_written_for_doccano_is_a_list_of_findings_itself(folder):
    assert len(read(folder / "d.jsonl").findings) == 3
