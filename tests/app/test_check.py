"""`check` as a linter: levels, checks switched off, and what a person has dismissed."""

import json
from pathlib import Path

import pytest
from bifinding.app.cli import app
from typer.testing import CliRunner

FINDING = {"id": "A-7", "en": "Workers worked 48 hours a week.", "zh": "工人每周工作46小时。"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(FINDING)
    return tmp_path


def write(*findings):
    lines = (json.dumps(f, ensure_ascii=False) + "\n" for f in findings)
    Path("in.jsonl").write_text("".join(lines), encoding="utf-8")


def check(*arguments):
    result = CliRunner().invoke(app, ["check", "in.jsonl", *arguments])
    return result.exit_code, result.output


def test_an_error_fails_and_says_both_values():
    code, output = check()
    assert code == 1
    assert "English says 48 hours, Chinese says 46 hours." in output


def test_a_check_is_switched_off_by_a_file_beside_the_work(folder):
    (folder / "bifinding.yaml").write_text("disable: [number_mismatch]\n", encoding="utf-8")
    code, output = check()
    assert code == 0
    assert "48 hours" not in output.replace(FINDING["en"], "")


def test_the_level_that_fails_can_be_set_in_the_file_and_on_the_line(folder):
    write({"en": "The exit is locked. Not corrected.", "zh": "出口上锁。"})
    (folder / "strict.yaml").write_text("fail_on: note\n", encoding="utf-8")
    assert check("--config", "strict.yaml")[0] == 1
    assert check("--config", "strict.yaml", "--fail-on", "error")[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("disable: [numbers]\n", "no check is called numbers"),
        ("fail_on: never\n", "no level never"),
        ("disabled: [number_mismatch]\n", "unknown settings disabled"),
        ("disable: [\n", "cannot be read as YAML"),
    ],
)
def test_a_bad_setting_is_one_line_that_names_file_and_mend(folder, text, said):
    (folder / "bifinding.yaml").write_text(text, encoding="utf-8")
    code, output = check()
    assert code == 2
    assert said in output
    assert output.startswith("error: bifinding.yaml")
    assert len(output.splitlines()) == 1


def test_what_was_dismissed_stays_away_and_a_changed_number_comes_back(folder):
    assert check("--accept", "known.jsonl", "--update")[0] == 0
    code, output = check("--accept", "known.jsonl")
    assert code == 0
    assert "1 accepted in known.jsonl and not shown" in output
    write(FINDING | {"zh": "工人每周工作45小时。"})
    code, output = check("--accept", "known.jsonl")
    assert code == 1
    assert "Chinese says 45 hours" in output
    assert "1 of its entries was not met" in output


def test_the_list_is_plain_lines_that_a_person_can_write(folder):
    entry = {"finding": "A-7", "check": "number_mismatch", "quotes": ["48 hours", "46小时"]}
    (folder / "known.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
    (folder / "bifinding.yaml").write_text("accept: known.jsonl\n", encoding="utf-8")
    assert check()[0] == 0
    (folder / "known.jsonl").write_text('{"finding": "A-7"}\n', encoding="utf-8")
    code, output = check()
    assert code == 2
    assert "known.jsonl: line 1" in output


def test_the_report_checks_can_be_dismissed_too(folder):
    write({"en": "1 of 76 workers (2.5 %) had no card.", "zh": "76名工人中1名（2.5%）没有卡。"})
    assert "1.32 %" in check("--fail-on", "note")[1]
    check("--accept", "known.jsonl", "--update")
    assert "1.32 %" not in check("--accept", "known.jsonl")[1]


def test_every_check_is_named_with_what_it_looks_for():
    lines = CliRunner().invoke(app, ["check", "--list"]).output.splitlines()
    assert {"omission_zh", "percentage", "status_facts"} <= {line.split()[0] for line in lines}
    assert all(line.endswith(".") for line in lines)
