"""The benchmark: its table on systems made up here, and a small run of ours and one peer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bifinding.eval.benchmark import __main__ as benchmark
from bifinding.eval.benchmark.measure import Figures, measure
from bifinding.eval.benchmark.systems import SYSTEMS, System
from bifinding.eval.benchmark.table import Row, markdown, report, surroundings, terminal
from bifinding.eval.benchmark.tasks import Task, alignment, classification, tasks
from rich.console import Console

TASK = Task(
    "parity",
    "accuracy",
    "numbers",
    first=0,
    items=[1, 2, 3, 4],
    count=4,
    score=lambda answers: sum(a == b for a, b in zip(answers, [1, 0, 1, 0], strict=True)) / 4,
)
RIGHT = System("modulo", lambda _: lambda items: [i % 2 for i in items])
ABSENT = System("oracle | Delphi", lambda _: lambda items: items, install="pip install oracle")


def rows() -> list[Row]:
    done = Figures(answers=[1, 0, 1, 1], seconds=0.0016, start=0.44, memory=51.6)
    return [
        benchmark.row(TASK, RIGHT, done),
        benchmark.row(TASK, ABSENT, "not installed: pip install oracle"),
    ]


def test_a_row_has_the_score_and_the_speed_of_all_items():
    [measured, absent] = rows()
    assert (measured.quality, measured.rate) == (0.75, 2500)
    assert measured.cells() == (
        "parity",
        "accuracy",
        "modulo",
        "0.750",
        "2,500 numbers",
        "0.4",
        "52",
    )
    assert absent.cells()[3:] == ("not installed: pip install oracle", "", "", "")


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(1.2345, "1.2"), (17.4, "17"), (987, "990"), (12_345, "12,000"), (0.0321, "0.032")],
)
def test_a_speed_has_two_digits(rate: float, shown: str):
    assert Row("t", "s", "m", 1.0, "x", rate, 0, 0).cells()[4] == f"{shown} x"


def test_the_page_holds_the_table_and_how_it_was_made():
    about = surroundings("python -m benchmark", ["numpy", "no-such-package"])
    page = markdown(rows(), about)
    assert "`python -m benchmark`" in page and f"{about['processors']} processors" in page
    assert "numpy 2" in page and "no-such-package" not in page
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert table[2] == "| parity | accuracy | modulo | 0.750 | 2,500 numbers | 0.4 | 52 |"
    assert "oracle &#124; Delphi | not installed: pip install oracle |" in table[3]
    assert len({line.count("|") for line in table}) == 1


def test_all_figures_come_as_json():
    told = json.loads(json.dumps(report(rows(), surroundings("x", []))))
    assert told["rows"][0]["quality"] == 0.75 and told["rows"][1]["quality"] is None


def test_the_terminal_names_a_task_once():
    console = Console(width=100)
    with console.capture() as shown:
        console.print(terminal(rows()))
    text = shown.get()
    assert text.count("parity") == 1 and "not installed" in text and "modulo" in text


def test_ours_and_a_peer_are_measured_on_the_same_findings():
    task = classification(quick=True)
    chosen = [s for s in task.systems if s.name in ("bifinding", "TF-IDF + logistic regression")]
    [ours, peer] = benchmark.compare(task, chosen)
    assert not ours.note and not peer.note
    for made in (ours, peer):
        assert made.rate and made.start and made.rate > 1 and made.start > 0.1
        assert made.memory and 20 < made.memory < 4000
    assert ours.quality and peer.quality and 1 >= ours.quality > peer.quality > 0.2


def test_a_missing_peer_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    task = alignment(2)
    [hunalign] = [system for system in task.systems if system.name == "hunalign"]
    found = measure(task, hunalign, tmp_path)
    assert isinstance(found, str) and found.startswith("not installed: ") and "hunalign" in found


def test_a_peer_that_breaks_is_a_line(tmp_path: Path):
    task = Task("alignment, findings", "strict F1", "sentences", None, [None], 1)
    [peer] = [system for system in task.systems if system.name == "Gale–Church"]
    found = measure(task, peer, tmp_path)
    assert isinstance(found, str) and found.startswith("failed: TypeError")


def test_every_system_of_a_task_has_a_name_of_its_own():
    for systems in SYSTEMS.values():
        assert len({system.name for system in systems}) == len(systems)


def test_only_one_kind_of_task():
    assert {task.name for task in tasks("facts", quick=True)} == {
        "facts, English",
        "facts, Chinese",
    }
