"""The command line as a user types it: every command once, every exit code, every bad output path."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bifinding.app.cli import app
from bifinding.corpus.sample import FOLDER as SAMPLE
from typer.testing import CliRunner

EN = "Based on document review, overtime of 9 out of 10 workers exceeded 36 hours in May 2025. (Article 41 of the Labour Law of the PRC)"
ZH = "根据文件审阅，10名工人中有9名2025年5月加班超过36小时。（《中华人民共和国劳动法》第41条）"
COMMANDS = ["analyse", "classify", "extract", "align", "check", "train"]
REAL = Path(__file__).parents[2] / ".." / "shared" / "reports" / "amfori-followup-extract.txt"


def run(*args, stdin=None):
    return CliRunner().invoke(app, [str(a) for a in args], input=stdin)


def records(output):
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def findings(tmp_path):
    path = tmp_path / "findings.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["id", "en", "zh"], ["A-1", EN, ZH], ["A-2", EN, ZH.replace("36", "46")]])
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"bifinding {command}" in result.output


def test_help_does_not_load_the_heavy_libraries():
    code = (
        "import sys; from typer.testing import CliRunner; from bifinding.app.cli import app;"
        "CliRunner().invoke(app, ['--help']);"
        "print(sorted({'spacy', 'numpy', 'sklearn', 'pydantic', 'datasets', 'fastapi', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_analyse_writes_one_record_a_finding(findings):
    result = run("analyse", findings, "--format", "jsonl")
    assert result.exit_code == 0
    first, second = records(result.stdout)
    assert (first["id"], second["id"]) == ("A-1", "A-2")
    assert first["area"]["label"] == "PA6"
    assert not [d for d in first["defects"] if d["level"] != "note"]
    assert [d["type"] for d in second["defects"]] == ["number_mismatch"]
    for record in (first, second):
        for lang in ("en", "zh"):
            for entity in record["entities"][lang]:
                assert record[lang][entity["start"] : entity["end"]] == entity["text"]


def test_analyse_the_sample_as_a_page_a_sheet_and_a_table(tmp_path):
    page, sheet = tmp_path / "page.html", tmp_path / "sheet.xlsx"
    assert run("analyse", SAMPLE / "report.txt", "-o", page).exit_code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run("analyse", SAMPLE / "report.txt", "-o", sheet).exit_code == 0
    assert sheet.read_bytes().startswith(b"PK")
    table = run("analyse", SAMPLE / "report.txt")
    assert "PA6" in table.stdout
    assert "findings" in table.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page.html", "sheet.xlsx"]


def test_json_holds_the_report_its_findings_and_its_issues():
    result = run("analyse", SAMPLE / "report.txt", "--format", "json")
    [whole] = records(result.stdout)
    assert whole["report"]["ratings"]["PA6"] == "E"
    assert len(whole["findings"]) >= 12
    assert "headcount_sum" in {issue["check"] for issue in whole["issues"]}


def test_json_of_several_reports_is_one_list_and_is_read_back(findings, tmp_path):
    out = tmp_path / "all.json"
    assert run("check", SAMPLE / "report.txt", findings, findings, "-o", out).exit_code == 1
    reports = json.loads(out.read_text(encoding="utf-8"))
    assert [len(report["findings"]) for report in reports][1:] == [2, 2]
    again = records(run("extract", out, "--format", "jsonl").stdout)
    assert len(again) == sum(len(report["findings"]) for report in reports)


@pytest.mark.parametrize(("kind", "said"), [("jsonl", True), ("csv", True), ("json", False)])
def test_records_say_that_report_level_issues_are_elsewhere(kind, said):
    result = run("check", SAMPLE / "report.txt", "--format", kind)
    assert ("report-level issue" in result.stderr and ".html" in result.stderr) == said


def test_parquet_can_be_read_back(findings, tmp_path):
    out = tmp_path / "out.parquet"
    assert run("analyse", findings, "-o", out).exit_code == 0
    back = run("classify", out, "--format", "jsonl")
    assert [r["id"] for r in records(back.stdout)] == ["A-1", "A-2"]


def test_classify_takes_plain_text_from_standard_input():
    result = run(
        "classify", "-", "--format", "jsonl", stdin="The emergency exit was locked. 紧急出口被锁。"
    )
    [record] = records(result.stdout)
    assert record["area"]["label"] == "PA7"
    assert record["defects"] == []


def test_extract_prints_values(findings):
    result = run("extract", findings)
    assert result.exit_code == 0
    assert "unit=hour" in result.stdout
    assert "Labour Law of the People's Republic of China" in result.stdout.replace("\n", " ") or (
        "labour-law" in result.stdout
    )


def test_align_pairs_sentences(findings):
    [record, _] = records(run("align", findings, "--format", "jsonl").stdout)
    assert [(b["en"], b["zh"]) for b in record["alignment"]] == [([0], [0]), ([1], [1])]


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("note", 1)])
def test_check_fails_on_what_it_finds(findings, level, code):
    result = run("check", findings, "--fail-on", level)
    assert result.exit_code == code
    assert "36" in result.stdout
    assert "46" in result.stdout


def test_check_is_content_with_a_clean_finding():
    assert run("check", "-", stdin=json.dumps({"en": EN, "zh": ZH}) + "\n").exit_code == 0


def test_partly_readable_input_is_exit_3_and_keeps_the_good(tmp_path):
    path = tmp_path / "mixed.jsonl"
    path.write_text(json.dumps({"id": 7, "en": EN}) + "\n{broken\n", encoding="utf-8")
    result = run("classify", path, "--format", "jsonl")
    assert result.exit_code == 3
    assert [r["id"] for r in records(result.stdout)] == ["7"]
    assert "line 2" in result.stderr


def test_bad_input_is_one_line_and_exit_2(tmp_path):
    out = tmp_path / "out.jsonl"
    result = run("analyse", tmp_path / "nowhere.txt", "-o", out)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "nowhere.txt" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["no/such/folder/x.html", "page.docx", "."])
def test_an_output_that_cannot_be_written_is_exit_2(findings, tmp_path, name):
    result = run("analyse", findings, "-o", tmp_path / name)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["findings.csv"]


def test_a_broken_pipe_is_no_accident(findings):
    command = f"'{sys.executable}' -m bifinding.app.cli analyse '{findings}' -f jsonl | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_a_model_that_is_none_is_named(findings, tmp_path):
    result = run("classify", findings, "--model", tmp_path)
    assert result.exit_code == 2
    assert "no readable model" in result.stderr


@pytest.mark.skipif(not REAL.exists(), reason="the real extract is not beside this clone")
def test_the_real_extract():
    result = run("analyse", REAL, "--format", "jsonl")
    assert result.exit_code == 0
    found = {r["given"]["question"]: r for r in records(result.stdout)}
    assert list(found) == "1.1 1.4 2.4 2.5 5.5 6.2 7.1 7.6 7.7 7.17 7.22".split()
    assert {r["site_id"] for r in found.values()} == {"156-032456-001"}
    assert [q for q, r in found.items() if r["given"]["crucial"]] == ["6.2"]
    assert not [d for r in found.values() for d in r["defects"] if d["level"] == "error"]
    assert os.environ.get("HOME") is None or os.environ["HOME"] not in result.stdout


def test_records_can_be_read_back_with_their_ids(findings):
    first = run("analyse", findings, "--format", "jsonl").stdout
    again = run("analyse", "-", "--format", "jsonl", stdin=first).stdout
    assert [r["id"] for r in records(again)] == ["A-1", "A-2"]
    assert io.StringIO(again).readline().startswith('{"id": "A-1"')
