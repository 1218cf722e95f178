"""`bifinding train` and `bifinding models` on the command line."""

import json
import re
from pathlib import Path

import pytest
from bifinding.app.cli import app
from bifinding.models import registry
from typer.testing import CliRunner

REPORTS = Path(__file__).parent / "reports"
AUDITS = ("saltmarsh-toys.txt", "dovecote-lamps.txt", "reviewers.csv")


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def in_use(base):
    """The version of the corpus alone, in use."""
    registry.promote(base.model.name)
    yield base.model.name
    registry.promote(registry.SHIPPED)


def test_train_says_what_was_learned_what_looks_wrong_and_whether_it_helped(small, recipe, in_use):
    inputs = [REPORTS / name for name in (*AUDITS, "corrections.jsonl")]
    code, out, err = run("train", *inputs, "--config", recipe)
    assert (code, err) == (0, "")  # piped: no bar
    out = " ".join(out.split())
    assert "13 of 14 labelled findings from 4 reports or sites learned" in out
    assert "7 labelled by a person, 1 told twice and left out" in out
    assert re.search(r"\d+ labels? looks? wrong \(all in label_errors.jsonl", out)
    assert "On 13 of your own, each asked of a model without its report:" in out
    assert "On your own findings: " in out
    assert "On the reference set: no difference that this many findings could show" in out
    version = re.search(r"bifinding models promote (m[0-9a-f]{8})", out)[1]
    lines = (small / "models" / version / "label_errors.jsonl").read_text(encoding="utf-8")
    for error in map(json.loads, lines.splitlines()):
        assert error["given"] != error["suggested"]
        assert 0 <= error["given_probability"] <= error["suggested_probability"] <= 1

    code, out, _ = run("models", "list")
    assert code == 0
    assert re.search(rf"\* +{in_use}", out)
    assert re.search(rf"  +{version} .* 14 ", out)


def test_one_report_is_too_few_to_tell(small, recipe, in_use):
    _, out, _ = run("train", REPORTS / AUDITS[0], "--config", recipe)
    assert "cannot be told: that takes two reports or more" in out


def test_show_promote_and_rollback(small, trained, in_use):
    code, out, _ = run("models", "show", trained.model.name)
    assert code == 0
    assert f"# Model card: {trained.model.name}" in out
    assert "sha256" in out
    assert run("models", "promote", trained.model.name, "--force")[0] == 0
    assert f"# Model card: {trained.model.name}" in run("models", "show")[1]
    assert run("models", "rollback")[1] == f"{in_use} is in use\n"
    code, out, err = run("models", "show", "m0")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_a_correction_without_its_report_is_reported_and_the_rest_is_kept(small, recipe, in_use):
    inputs = (REPORTS / AUDITS[2], REPORTS / "corrections.jsonl")
    code, out, err = run("train", *inputs, "--config", recipe)
    assert code == 3
    assert "no report given here has a finding 'dovecote-lamps#6.4'; give its report" in err
    assert "4 of 5 labelled findings" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.txt",), "there is no such file"),
        ((REPORTS / "corrections.jsonl",), "no finding in the input has a label"),
        (("--config", "nowhere.yaml"), "no readable recipe"),
        (("--model", "nowhere"), "no model of that name"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_writes_nothing(small, in_use, words, said):
    before = registry.versions()
    code, out, err = run("train", *words)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
    assert registry.versions() == before


def test_another_home_is_another_registry(small, in_use, tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(small))
    assert in_use not in run("--home", tmp_path, "models", "list")[1]
    monkeypatch.setenv("BIFINDING_HOME", str(small))
    assert in_use in run("models", "list")[1]
