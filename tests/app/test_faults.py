"""Disks that are full, readers that go away, ends from outside: one line, no half file, no loss."""

import io
import os
import re
import resource
import signal
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from pathlib import Path

import pytest
from bifinding.app.export import destination, write
from bifinding.app.export.table import console_for, write_table
from bifinding.corpus.schema import InputError
from bifinding.models import registry

STAGES = ("align", "extract", "classify", "check")
KINDS = ["table", "jsonl", "json", "html", "xlsx", "csv", "parquet", "tmx", "xliff", "tsv"]


@contextmanager
def full_disk(after: int):
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of openpyxl
@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_the_file_that_was_there(analysed, tmp_path, kind):
    path = tmp_path / f"out.{kind}"
    path.write_text("as it was", encoding="utf-8")
    told = pytest.raises(InputError, match="cannot be written")
    with full_disk(300), told as error, destination(path, kind) as stream:
        write(kind, [analysed] * 3, stream, STAGES)
    assert "\n" not in str(error.value)
    assert path.read_text(encoding="utf-8") == "as it was"
    assert [*tmp_path.iterdir()] == [path]


def test_a_model_in_use_outlives_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path))
    registry.register("one", lambda folder: folder.mkdir())
    registry.promote("one")
    with full_disk(10), pytest.raises(OSError, match="large"):
        registry.rollback()
    assert registry.in_use() == "one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in-use.json", "models"]


def test_a_folder_that_nobody_can_write_to(analysed):
    with (
        pytest.raises(InputError, match="cannot be written"),
        destination(Path("/proc/x"), "jsonl"),
    ):
        pass


@pytest.mark.parametrize("kind", ["table", "jsonl", "html"])
def test_a_reader_that_goes_away_is_told_apart_from_a_fault(analysed, kind):
    read, written = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError), open(written, "wb", buffering=0) as stream:  # noqa: PTH123
        write(kind, [analysed], stream, STAGES)


def test_a_terminal_s_reader_that_goes_away(analysed, monkeypatch):
    read, written = os.pipe()
    os.close(read)
    stream = io.TextIOWrapper(open(written, "wb", buffering=0), "utf-8", write_through=True)  # noqa: PTH123, SIM115
    with pytest.raises(BrokenPipeError):
        console_for(stream).print("line")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(BrokenPipeError):
        write_table([analysed], stream.buffer, STAGES)


# --- ends from outside ----------------------------------------------------------------------

PROGRAM = """
import time, typer
from pathlib import Path
from bifinding.app import cli
from bifinding.app.export import destination

cli.app = typer.Typer(pretty_exceptions_enable=False)

@cli.app.command()
def write(path: Path):
    with destination(path, "jsonl") as stream:
        stream.write(b"half of it")
        stream.flush()
        print("writing", flush=True)
        time.sleep(60)

cli.main()
"""


def ended(by: signal.Signals, path: Path) -> tuple[int, str]:
    """The exit code and the last words of a program ended while it writes."""
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        child.send_signal(by)
        _, error = child.communicate()
        return child.returncode, error


@pytest.mark.parametrize(("by", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ended_while_writing_it_takes_its_half_file_away(tmp_path, by, code):
    path = tmp_path / "out.jsonl"
    path.write_text("as it was", encoding="utf-8")
    assert ended(by, path) == (code, "")
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_text(encoding="utf-8") == "as it was"


def test_killed_while_writing_the_old_file_stands(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text("as it was", encoding="utf-8")
    assert ended(signal.SIGKILL, path)[0] == -signal.SIGKILL
    assert path.read_text(encoding="utf-8") == "as it was"
    assert all(re.fullmatch(r"out.jsonl|\.out.jsonl-\w+", p.name) for p in tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_standard_output_on_a_full_disk_is_one_line():
    program = "from bifinding.app.cli import main; main()"
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        command = [sys.executable, "-c", program, "check", "--list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot be written (No space left on device)")
    assert done.stderr.count("\n") == 1


# --- a clock that goes backwards ------------------------------------------------------------


def test_the_model_in_use_does_not_depend_on_the_clock(tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path))
    for year, name in enumerate(["one", "two", "three"]):
        folder = registry.register(name, lambda folder: folder.mkdir())
        os.utime(folder, (10**9 - year, 10**9 - year))
        registry.promote(name)
    assert registry.in_use() == "three"
    assert [registry.rollback() for _ in range(3)] == ["two", "one", "shipped"]
