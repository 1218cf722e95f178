"""``--redact``: what leaves the program is masked, and the user sees what was."""

import csv
import io
import json
import stat

import pytest
from bifinding.app.cli import app
from bifinding.app.commands.redaction import Redaction
from bifinding.app.commands.train import _read
from typer.testing import CliRunner

PERSONAL = ("Wang Lei", "王磊", "0042", "13823456789", "a.b@c.cn")
ROWS = (
    "id,en,zh\n"
    'A,"Worker Wang Lei left. Call 13823456789 or a.b@c.cn. 12 workers stayed.",'
    '"员工王磊（工号0042）离职，12名工人留下。"\n'
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("command", "more"),
    [("analyse", ["-f", "json"]), ("classify", ["-f", "csv"]), ("extract", ["-f", "conll"]),
     ("align", ["-f", "tmx"]), ("check", ["-f", "jsonl"])],
)  # fmt: skip
def test_no_command_lets_personal_data_out(table, command, more):
    result = CliRunner().invoke(app, [command, str(table), "--redact", *more])
    assert result.exit_code == 0, result.output
    assert not [words for words in PERSONAL if words in result.stdout]
    assert "masked: 1 person, 1 phone number, 1 e-mail address, 1 identity number" in result.stderr


def test_label_writes_masked_tasks(table, tmp_path):
    out = tmp_path / "tasks.jsonl"
    arguments = ["label", str(table), "--for", "doccano", "--redact", "-o", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    text = out.read_text(encoding="utf-8")
    assert not [words for words in PERSONAL if words in text]
    assert "[PERSON 1]" in json.loads(text)["text"]


def test_the_list_names_what_was_masked_for_the_user_alone(table, tmp_path):
    path = tmp_path / "masked.csv"
    arguments = ["extract", str(table), "--redact-list", str(path), "-f", "jsonl"]
    result = CliRunner().invoke(app, arguments)
    assert "Wang Lei" not in result.stdout
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {(row["stand_in"], row["text"]) for row in rows} == {
        ("[PERSON 1]", "Wang Lei"), ("[PERSON 1]", "王磊"), ("[PHONE 1]", "13823456789"),
        ("[EMAIL 1]", "a.b@c.cn"), ("[ID 1]", "0042"),
    }  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_list_that_cannot_be_written_costs_a_line_and_nothing_is_written(table, tmp_path):
    out = tmp_path / "out.jsonl"
    arguments = ["extract", str(table), "-o", str(out), "--redact-list", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "it is a folder" in result.stderr
    assert not out.exists()


def test_what_is_trained_on_is_masked(table):
    redaction = Redaction.of(True, None)
    reports, _, _ = _read([str(table)], redaction)
    assert reports[0].findings[0].zh == "员工[人员1]（工号[证件号1]）离职，12名工人留下。"


def test_facts_are_read_as_without_the_names(table):
    def facts(*more):
        result = CliRunner().invoke(app, ["extract", str(table), "-f", "jsonl", *more])
        record = json.loads(result.stdout)
        return [(e["label"], e["text"]) for lang in ("en", "zh") for e in record["entities"][lang]]

    assert facts("--redact") == facts()
