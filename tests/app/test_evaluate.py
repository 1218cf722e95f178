"""``bifinding evaluate`` as a user types it, on a few findings."""

import csv
import json
import re

import pytest
from bifinding.app.cli import app
from bifinding.eval import views
from bifinding.training import collect
from typer.testing import CliRunner

ROWS = [
    ("1", "The fire exit of the warehouse was locked.", "仓库的消防出口上锁。", "PA7", "7.15"),
    ("2", "Social insurance was not bought for 40 workers.", "40名员工未缴纳社会保险。", "PA5", "5.6"),
    ("3", "No fire drill was held in 2024 <b>.", "2024年未进行消防演习。", "PA2", "2.1"),
    ("4", "The canteen was clean.", "食堂清洁。", "", ""),
]  # fmt: skip


def run(*args):
    return CliRunner().invoke(app, ["evaluate", *map(str, args)])


@pytest.fixture
def findings(tmp_path):
    path = tmp_path / "findings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "en", "zh", "area", "question"], *ROWS])
    return path


@pytest.fixture
def slices(monkeypatch):
    """Every fortieth finding of the corpus, in place of all."""
    corpus, written = collect.corpus, views.written

    def few(split):
        whole = written(split)
        parts = whole.findings[::40], whole.situations[::40], whole.kinds[::40]
        return views.Labelled(*parts)

    monkeypatch.setattr(views, "written", few)
    monkeypatch.setattr(collect, "corpus", lambda split: [part[::40] for part in corpus(split)])
    for name in ("catalogue", "composed", "point", "contrast"):
        monkeypatch.setattr(collect, f"{name}_findings", lambda: ([], []))


def test_own_findings_as_a_table_and_as_numbers(findings, tmp_path):
    out = tmp_path / "metrics.json"
    result = run(findings, "-o", out)
    assert result.exit_code == 0
    assert "3 labelled findings" in " ".join(result.stdout.split())
    assert "1 more has no label" in " ".join(result.stdout.split())
    assert "findings a second" in result.stdout
    numbers = json.loads(out.read_text(encoding="utf-8"))
    area = numbers["views"]["both"]["area"]
    assert (area["n"], area["accuracy"]) == (
        3,
        0.6667,
    )  # the drill is fire safety, whoever says PA2
    assert "status" not in numbers["views"]["both"]  # no finding gives one
    assert list(numbers["kinds"]) == [str(findings)]
    (mistake,) = [m for m in numbers["mistakes"] if m["task"] == "area"]
    assert (mistake["label"], mistake["predicted"]) == ("PA2", "PA7")
    assert mistake["zh"] == "2024年未进行消防演习。"


def test_the_page_holds_all_it_shows(findings, tmp_path):
    out = tmp_path / "page.html"
    assert run(findings, "-o", out).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert not re.search(r"""(src|href)=|url\(|@import|<script""", page)
    assert "No fire drill was held in 2024 &lt;b&gt;." in page
    assert "2024年未进行消防演习。" in page
    assert page.count("<svg") == page.count("</svg>") > 5


@pytest.mark.filterwarnings("ignore:The number of unique classes")
def test_the_held_out_corpus_with_baselines_and_learning_curve(slices, tmp_path):
    out = tmp_path / "metrics.json"
    result = run("--baselines", "-o", out)
    assert result.exit_code == 0
    assert "this model" in result.stdout
    numbers = json.loads(out.read_text(encoding="utf-8"))
    assert list(numbers["baselines"]) == [
        "majority", "TF-IDF + logistic regression", "encoder + logistic regression", "spaCy textcat"
    ]  # fmt: skip
    assert [point["share"] for point in numbers["learning"]] == [0.125, 0.25, 0.5, 1.0]
    ours, usual = numbers["views"]["both"], numbers["baselines"]["majority"]
    assert ours["area"]["n"] == usual["area"]["n"]
    assert ours["area"]["accuracy"] > usual["area"]["accuracy"]
    assert set(numbers["kinds"]) >= {"terse", "none"}


def test_findings_without_labels_cannot_be_evaluated(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("The exit was locked.", encoding="utf-8")
    result = run(path)
    assert result.exit_code == 2
    assert "no finding in the input has a label" in result.stderr


def test_a_file_name_that_says_no_format_is_refused_before_any_work(tmp_path):
    result = run("-o", tmp_path / "page.pdf")
    assert result.exit_code == 2
    assert "end it in .html or .json" in result.stderr
    assert not list(tmp_path.iterdir())


def test_findings_in_one_language_are_scored_in_that_language(tmp_path):
    path, out = tmp_path / "english.jsonl", tmp_path / "page.html"
    row = {"id": "1", "en": "Overtime reached 92 hours in August.", "area": "PA6", "status": "new"}
    path.write_text(json.dumps(row), encoding="utf-8")
    result = run(path, "-o", out)
    assert result.exit_code == 0
    (accuracy,) = [line.split() for line in result.stdout.splitlines() if line.startswith("area")]
    assert accuracy[2:6] == ["1.000", "0.025–1.000", "1.000", "–"]  # both, its interval, en, zh
    assert "Chinese alone" in out.read_text(encoding="utf-8")


def test_help_has_an_example():
    assert "bifinding evaluate" in run("--help").output
