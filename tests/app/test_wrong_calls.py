"""Calls that cannot work: one line that says what to mend, the right exit code, nothing written."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from bifinding.app import cli
from bifinding.app.export.wording import plural
from bifinding.app.lint import Accepted
from bifinding.corpus.schema import InputError
from bifinding.training import collect
from bifinding.training.train import train


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Runs a command line in an empty folder that holds one table; returns the exit code and the lines
    on standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path / "home"))
    Path("ok.csv").write_text("en,zh\nThe exit was locked.,出口被锁。\n", encoding="utf-8")

    def run(*args):
        monkeypatch.setattr(sys, "argv", ["bifinding", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert not said.out
        return ended.value.code, said.err.splitlines()

    return run


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["nosuch"], "no such command 'nosuch'; see `bifinding --help`"),
        (["analyse"], "missing argument 'IN…'; see `bifinding analyse --help`"),
        (["analyse", "ok.csv", "--nosuch"], "no such option: --nosuch"),
        (["analyse", "ok.csv", "-f", "pdf"], "'pdf' is not one of"),
        (["analyse", "ok.csv", "--resume"], "add --format parquet -o FOLDER"),
        (["tokens", "add", "ann"], "reader, reviewer, admin; see `bifinding tokens add --help`"),
        (["check"], "name a file or a folder"),
        (["check", "ok.csv", "--accept", "."], "cannot be read (Is a directory)"),
        (["check", "ok.csv", "--redact-list", "no/list.csv"], "no/list.csv: cannot be written"),
        (["check", "ok.csv", "--redact-list", "."], "it is a folder"),
        (["evaluate", "-o", "no/page.html"], "no/page.html: cannot be written"),
        (["--home", "ok.csv", "models", "list"], "cannot be read (Not a directory)"),
        (["analyse", "ok.csv", "-f", "parquet", "-o", "README"], "there is a file of that name"),
        (["serve", "--store", "README"], "README: the store cannot be opened (file is not a data"),
    ],
)
def test_a_wrong_call_is_one_line(call, args, told):
    Path("README").write_text("no store and no folder " * 99, encoding="utf-8")
    code, [line] = call(*args)
    assert code == 2
    assert line.startswith("error: ")
    assert told in line
    assert {p.name for p in Path().iterdir()} <= {"ok.csv", "README", "home"}


def test_a_group_without_a_command_shows_its_help(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bifinding", "tokens"])
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr()
    assert "revoke" in said.out + said.err
    assert "error" not in said.err


def test_a_port_that_another_listens_at(call):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, [line] = call("serve", "--port", port)
    assert code == 2
    assert f"--port {port}: cannot listen there (Address already in use); choose another" in line


def test_a_cluster_where_nobody_listens_is_told_at_once():
    pytest.importorskip("ray")
    from bifinding.app.bulk.cluster import nodes

    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(InputError, match=f"--cluster {address}: no Ray cluster answers"):
        nodes(address, None, Path(), ("align",), None)


def test_a_model_that_could_not_be_written_is_not_trained(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    monkeypatch.setattr(collect, "corpus", lambda *_: pytest.fail("it was trained"))
    with pytest.raises(InputError, match="cannot be written"):
        train([], folder=file)


@pytest.mark.parametrize("args", ["check --list", "--help", "models list", "models show"])
def test_a_reader_that_stops_reading_ends_it_quietly(args):
    program = f"'{sys.executable}' -m bifinding.app.cli {args} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- one and many ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 findings"), (1, "1 finding"), (2, "2 findings"), (1234, "1,234 findings")],
)
def test_counts_agree_with_their_noun(count, text):
    assert plural(count, "finding") == text


def test_a_noun_with_a_plural_of_its_own():
    assert [plural(n, "person", "people") for n in (0, 1, 2)] == [
        "0 people",
        "1 person",
        "2 people",
    ]


@pytest.mark.parametrize(
    ("unmet", "text"), [(1, "1 of its entries was not"), (2, "2 of its entries were not")]
)
def test_entries_that_were_not_met(unmet, text):
    entries = {(str(n), "date_mismatch", ()): {} for n in range(unmet)}
    assert text in Accepted(entries).summary(Path("list"))
