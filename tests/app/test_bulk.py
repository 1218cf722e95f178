"""Shards: whatever stops a run, what it leaves is what a run that nothing stopped leaves."""

import io
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bifinding.app.bulk import run as bulk
from bifinding.app.bulk.plan import plan
from bifinding.app.bulk.run import run
from bifinding.app.cli import app
from bifinding.app.export.table import progress_of_shards
from bifinding.corpus.schema import Analysis, InputError
from typer.testing import CliRunner

EN = "Worker {} of line {} wore no ear plugs. The noise had not been measured."
ZH = "{1}号线第{0}名工人未佩戴耳塞。噪声未经检测。"
STAGES = ("align", "extract", "classify", "check")


class Quick:
    """A pipeline that only counts; a finding about line 13 is too much for it."""

    class encoder:
        name = "none"

    def __init__(self, seconds: float = 0):
        self.seconds = seconds

    def forget(self): ...

    def pipe(self, findings, stages, batch_size=64):
        for finding in findings:
            time.sleep(self.seconds)
            if "line 13 " in (finding.en or ""):
                raise IndexError("list index out of range")
            yield Analysis(
                id=finding.id,
                source=finding.source,
                site_id=None,
                en=finding.en,
                zh=finding.zh,
                given=finding.given,
                sentences={"en": [], "zh": []},
            )


def table(path: Path, first: int, count: int, group: int = 1000) -> None:
    rows = [
        {"en": EN.format(i, i % 7), "zh": ZH.format(i, i % 7)} for i in range(first, first + count)
    ]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=group)


@pytest.fixture
def audits(tmp_path) -> Path:
    """250 findings in Parquet of odd row groups, two in JSONL, and a file that is none."""
    folder = tmp_path / "audits"
    (folder / "2025").mkdir(parents=True)
    table(folder / "a.parquet", 0, 130, group=47)
    table(folder / "2025" / "b.parquet", 130, 120)
    lines = [json.dumps({"id": f"j{i}", "en": EN.format(i, 1)}) for i in range(2)]
    (folder / "c.jsonl").write_text("\n".join([*lines, "{broken"]))
    (folder / "d.pdf").write_bytes(b"%PDF-1.4 torn")
    return folder


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(bulk, "ready", lambda stages, model: Quick())


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rows(folder: Path) -> list[dict]:
    return [
        row for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]


def test_all_findings_stand_in_the_shards_in_order(audits, tmp_path, quick):
    manifest = run([str(audits)], tmp_path / "out", STAGES, None, size=20)
    found = rows(tmp_path / "out")
    assert [row["en"] for row in found if row["file"].endswith("a.parquet")] == [
        EN.format(i, i % 7) for i in range(130)
    ]
    assert len(found) == sum(manifest.rows.values()) == 252
    assert [row["id"] for row in found if "a.parquet" in row["file"]][46:48] == ["a#47", "a#48"]


def test_what_cannot_be_read_is_named_in_the_quarantine(audits, tmp_path, quick):
    manifest = run([str(audits)], tmp_path / "out", STAGES, None, size=20)
    lost = [json.loads(line) for line in (tmp_path / "out" / "quarantine.jsonl").open()]
    assert [(Path(one["file"]).name, one["place"]) for one in lost] == [
        ("c.jsonl", "line 3"),
        ("d.pdf", None),
    ]
    assert manifest.lost == 2


def test_a_finding_that_breaks_the_analysis_costs_no_other(tmp_path, quick):
    table(tmp_path / "a.parquet", 0, 3)
    worst = [{"en": EN.format(1, 13), "zh": ""}, {"en": EN.format(2, 1), "zh": ""}]
    pq.write_table(pa.Table.from_pylist(worst), tmp_path / "b.parquet")
    inputs = [str(tmp_path / name) for name in ("a.parquet", "b.parquet")]
    assert run(inputs, tmp_path / "out", STAGES, None).lost == 1
    assert len(rows(tmp_path / "out")) == 4
    assert "IndexError" in (tmp_path / "out" / "quarantine.jsonl").read_text()


def test_shards_are_the_same_to_the_byte_however_many_workers(tmp_path):
    table(tmp_path / "a.parquet", 0, 40)
    for workers in (1, 2):
        inputs, out = [str(tmp_path / "a.parquet")], tmp_path / str(workers)
        run(inputs, out, STAGES, "shipped", workers, size=10)
    assert files(tmp_path / "1") == files(tmp_path / "2")
    assert {row["area"] for row in rows(tmp_path / "1")} == {"PA7"}


# --- stopped and resumed --------------------------------------------------------------------

forking = pytest.mark.skipif(sys.platform != "linux", reason="forks")


def start(audits: Path, out: Path) -> BaseProcess:
    """A run with two workers, slow enough to be stopped."""

    def slowly() -> None:
        bulk.ready = lambda stages, model: Quick(0.002)
        run([str(audits)], out, STAGES, None, 2, resume=True, size=9)

    process = multiprocessing.get_context("fork").Process(target=slowly)
    process.start()
    return process


def wait_for_shards(out: Path, count: int, process: BaseProcess) -> None:
    while process.is_alive() and len(list(out.glob("part-*"))) < count:
        time.sleep(0.005)


@forking
def test_killed_at_any_moment_and_resumed_equals_undisturbed(audits, tmp_path, quick):
    run([str(audits)], tmp_path / "whole", STAGES, None, size=9)
    out, rng = tmp_path / "killed", random.Random(7)
    for kill in range(5):
        process = start(audits, out)
        wait_for_shards(out, 4 * kill + 1, process)
        time.sleep(rng.uniform(0, 0.05))
        process.kill()
        process.join()
    assert 0 < len(list(out.glob("part-*"))) < len(list((tmp_path / "whole").glob("part-*")))
    run([str(audits)], out, STAGES, None, resume=True, size=9)
    assert files(out) == files(tmp_path / "whole")


@forking
def test_ctrl_c_leaves_what_is_done_and_no_worker(audits, tmp_path, quick):
    out = tmp_path / "out"
    process = start(audits, out)
    wait_for_shards(out, 3, process)
    workers = children(process)
    os.kill(process.pid, signal.SIGINT)
    process.join(20)
    assert process.exitcode
    assert len(workers) == 2
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    run([str(audits)], out, STAGES, None, resume=True, size=9)
    assert len(rows(out)) == 252


@forking
def test_workers_end_with_a_parent_that_was_killed(audits, tmp_path):
    process = start(audits, tmp_path / "out")
    wait_for_shards(tmp_path / "out", 2, process)
    workers = children(process)
    process.kill()
    process.join()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@forking
def test_a_worker_that_was_killed_is_one_line(audits, tmp_path, quick, monkeypatch):
    monkeypatch.setattr(bulk, "ready", lambda stages, model: Quick(0.01))

    def kill(done: int, total: int, written: int) -> None:
        if written:
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    with pytest.raises(InputError, match="a worker was killed"):
        run([str(audits)], tmp_path / "out", STAGES, None, 2, advance=kill, size=9)


def children(process: BaseProcess) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


@pytest.mark.parametrize("harm", ["shard", "shard gone", "half a line", "line of nonsense"])
def test_what_was_damaged_is_made_again(audits, tmp_path, quick, harm):
    whole = run([str(audits)], tmp_path / "out", STAGES, None, size=20)
    before, out = files(tmp_path / "out"), tmp_path / "out"
    shard, manifest = out / "part-000003.parquet", out / "manifest.jsonl"
    if harm == "shard":
        shard.write_bytes(shard.read_bytes()[:-1] + b"?")
    elif harm == "shard gone":
        shard.unlink()
    elif harm == "half a line":
        manifest.write_bytes(manifest.read_bytes()[:-40])
    else:
        lines = manifest.read_bytes().splitlines(keepends=True)
        manifest.write_bytes(b"".join([*lines[:4], b"\xff\x00[\n", *lines[5:]]))
    again = run([str(audits)], out, STAGES, None, resume=True, size=20)
    assert files(out) == before
    assert again.rows == whole.rows


# --- refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(resume=False), "holds a run already; add --resume"),
        (dict(stages=("classify",)), "had another stages"),
        (dict(size=30), "had another findings per shard"),
        (dict(more=True), "had another input"),
        (dict(damage=True), "the manifest is damaged"),
        (dict(gone=True), "holds shards, but no manifest"),
    ],
)
def test_another_run_is_not_mixed_into_this_one(audits, tmp_path, quick, change, message):
    out = tmp_path / "out"
    run([str(audits)], out, STAGES, None, size=20)
    before = files(out)
    if change.pop("more", False):
        table(audits / "z.parquet", 0, 5)
    if change.pop("damage", False):
        (out / "manifest.jsonl").write_bytes(b"{")
    if change.pop("gone", False):
        (out / "manifest.jsonl").unlink()
    settings = dict(stages=STAGES, resume=True, size=20) | change
    with pytest.raises(InputError, match=message):
        run([str(audits)], out, model=None, **settings)
    for name, data in files(out).items():
        assert data == before[name] or name == "manifest.jsonl"


def test_paths_that_are_not_there_are_refused_before_anything_is_written(tmp_path):
    for inputs in (["-"], [str(tmp_path / "none")]):
        with pytest.raises(InputError):
            run(inputs, tmp_path / "out", STAGES, None)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_one_line(audits, tmp_path, quick):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        run([str(audits)], tmp_path / "file" / "out", STAGES, None)


def test_a_full_disk_keeps_what_is_done(audits, tmp_path, quick):
    resource = pytest.importorskip("resource")
    run([str(audits)], tmp_path / "whole", STAGES, None, size=20)
    sizes = sorted(path.stat().st_size for path in (tmp_path / "whole").glob("part-*"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (sizes[-1] - 1, before[1]))
    try:
        with pytest.raises(InputError, match="make room"):
            run([str(audits)], tmp_path / "out", STAGES, None, size=20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    run([str(audits)], tmp_path / "out", STAGES, None, resume=True, size=20)
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_the_command_line_fills_a_folder_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bulk, "ready", lambda stages, model: Quick())
    table(tmp_path / "a.parquet", 0, 30)
    call = [
        "analyse",
        str(tmp_path / "a.parquet"),
        "--format",
        "parquet",
        "-o",
        str(tmp_path / "out"),
    ]
    said = CliRunner().invoke(app, call)
    assert (said.exit_code, "30 findings in 1 file" in said.output) == (0, True)
    assert "add --resume" in CliRunner().invoke(app, call).output
    assert CliRunner().invoke(app, [*call, "--resume"]).exit_code == 0
    refused = CliRunner().invoke(app, [*call[:2], "--workers", "2", "-o", "page.html"])
    assert refused.exit_code == 2


def test_progress_tells_rate_and_time_left(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress_of_shards() as advance:
        advance(0, 4000, 0)
        time.sleep(0.01)
        advance(2000, 4000, 2000)
    assert "2,000 of 4,000 findings, " in terminal.getvalue()


# --- the plan -------------------------------------------------------------------------------


def test_large_row_groups_are_cut_and_small_files_put_together(tmp_path):
    table(tmp_path / "a.parquet", 0, 50, group=50)
    for i in range(5):
        (tmp_path / f"b{i}.jsonl").write_text('{"en": "The exit was blocked."}\n' * (i + 1))
    planned = plan([str(tmp_path)], size=20)
    assert [
        [(p.start, p.stop) for p in shard.parts if p.group == 0] for shard in planned.shards
    ] == [
        [(0, 20)],
        [(20, 40)],
        [(40, 50)],
    ]
    assert len(planned.shards[-1].parts) == 6


def test_the_fingerprint_tells_other_contents(tmp_path):
    table(tmp_path / "a.parquet", 0, 50)
    first = plan([str(tmp_path)]).digest
    assert plan([str(tmp_path)]).digest == first
    table(tmp_path / "a.parquet", 1, 50)
    assert plan([str(tmp_path)]).digest != first
