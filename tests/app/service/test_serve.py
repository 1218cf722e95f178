"""``bifinding serve`` and ``bifinding tokens`` as a user types them; once with the real pipeline."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import httpx
import pytest
from bifinding.app.cli import app
from bifinding.app.store import Store
from bifinding.corpus.sample import FOLDER as SAMPLE
from bifinding.models import registry
from typer.testing import CliRunner

FORMAT1 = Path(__file__).parents[2] / "models" / "format1.zip"
FINDING = {
    "en": "Two of the five emergency exits in the sewing workshop were locked during the site tour.",
    "zh": "现场巡视时，缝纫车间五个紧急出口中有两个被锁。",
}


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_tokens_are_made_listed_and_revoked(tmp_path):
    at = ("--store", tmp_path / "s.db")
    made = run("tokens", "add", "安娜", "--role", "reviewer", *at)
    assert made.exit_code == 0
    token = made.stdout.strip()
    store = Store(str(tmp_path / "s.db"))
    assert store.tokens.who(token).name == "安娜"
    listed = run("tokens", "list", *at)
    assert "安娜" in listed.stdout
    assert "reviewer" in listed.stdout
    assert token not in listed.stdout
    assert run("tokens", "revoke", "安娜", *at).exit_code == 0
    assert store.tokens.who(token) is None
    assert "revoked" in run("tokens", "list", *at).stdout
    store.close()


@pytest.mark.parametrize(
    "args",
    [
        ("tokens", "revoke", "nobody"),
        ("tokens", "add", " ", "--role", "admin"),
        ("serve", "--host", "0.0.0.0"),
        ("serve", "--model", "no-such-model"),
        ("serve", "--store", "mysql://x/y"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_2(tmp_path, args):
    store = () if "--store" in args else ("--store", tmp_path / "s.db")
    done = run(*args, *store)
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "; " in done.stderr


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn", "sqlalchemy"])
def test_a_missing_extra_says_what_to_install(tmp_path, monkeypatch, missing):
    def without(name, real=importlib.import_module):
        if name == missing:
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", without)
    done = run("serve", "--store", tmp_path / "s.db")
    assert done.exit_code == 2
    assert 'pip install "bifinding[serve]"' in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.fixture
def service(tmp_path, monkeypatch):
    """The address of a service in a process of its own, and that process."""
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bifinding.app.cli", "serve", "--port", str(port)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=env)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        time.sleep(0.1)
        try:
            httpx.get(f"{address}/health")
            break
        except httpx.ConnectError:
            assert process.poll() is None, process.stderr.read()
    yield address, process
    process.kill()
    process.wait()
    process.stderr.close()


def test_from_upload_to_a_promoted_model_to_a_graceful_stop(service, tmp_path):
    address, process = service
    client = httpx.Client(base_url=address, timeout=120)
    files = {"files": ("audit.pdf", (SAMPLE / "report.pdf").read_bytes())}
    [report] = client.post("/analyse", files=files).json()["reports"]
    assert report["stored"]["supplier"] == "Yangjiang Qiaoyue Kitchenware Co., Ltd"
    assert report["stored"]["audit_date"] == "2025-06-11"
    assert len(report["findings"]) == 17
    assert client.get("/findings", params={"q": "消防"}).json()["total"] > 0

    before = client.post("/classify", json=FINDING).json()
    assert before["area"]["label"] == "PA7"
    with zipfile.ZipFile(FORMAT1) as archive:
        registry.register("other-1", archive.extractall)
    registry.promote("other-1")
    after = client.post("/classify", json=FINDING).json()
    assert after["model"] != before["model"]
    assert {m["version"]: m["in_use"] for m in client.get("/models").json()} == {
        "shipped": False, "other-1": True,
    }  # fmt: skip
    registry.promote("shipped")

    many = [{"en": f"{FINDING['en']} Line {i}.", "zh": FINDING["zh"]} for i in range(150)]
    answers = []
    sender = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{address}/analyse", json=many, timeout=120))
    )
    sender.start()
    time.sleep(0.4)
    process.send_signal(signal.SIGTERM)
    sender.join()
    process.wait(60)
    assert answers[0].status_code == 200
    assert len(answers[0].json()["reports"][0]["findings"]) == 150
    store = Store(str(tmp_path / "findings.db"))
    assert store.findings().total == 17 + 150
    store.close()
