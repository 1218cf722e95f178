"""The service under load: 20 clients that upload and read at once.

    python -m bifinding.eval.benchmark.service [SECONDS]

Starts `bifinding serve` on a store of its own, in SQLite or at $BIFINDING_STORE (an empty database).
Each client waits up to a second between requests, as people do. At the end every report that was
uploaded must be there once, with all its findings: those a client sent alone, and one that all of them
sent again and again. Exit code 1 where an answer was wrong, or anything is lost or doubled.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import numpy as np

from ...corpus.dataset import rows

CLIENTS = 20
SECONDS = 120
_PAUSE = 1.0  # seconds between two requests of a client, at most
_STARTS = 60.0


@dataclass
class Client:
    """One client: what it asked, how long that took, and what it knows to be stored."""

    address: str
    number: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    sent: dict[int, set[str]] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)

    def run(self, until: float) -> None:
        choice = random.Random(self.number)
        texts = [row for row in rows() if row["en"] and row["zh"]]
        tasks = {
            self._classify: 5, self._upload: 2, self._upload_shared: 1,
            self._search: 2, self._worklist: 1, self._report: 1,
        }  # fmt: skip
        numbers = count()
        with httpx.Client(base_url=self.address, timeout=60) as http:
            while time.monotonic() < until:
                time.sleep(choice.random() * _PAUSE)
                [task] = choice.choices(list(tasks), list(tasks.values()))
                few = choice.sample(texts, 4)
                try:
                    task(http, few, f"{self.number}-{next(numbers)}")
                except Exception as error:
                    self.errors.append(f"{task.__name__}: {type(error).__name__}: {error}")

    def _ask(self, what: str, http: httpx.Client, method: str, path: str, **more: Any) -> Any:
        began = time.perf_counter()
        response = http.request(method, path, **more)
        self.seconds.setdefault(what, []).append(time.perf_counter() - began)
        response.raise_for_status()
        return response.json()

    def _classify(self, http: httpx.Client, few: list[dict], _: str) -> None:
        finding = {"en": few[0]["en"], "zh": few[0]["zh"]}
        record = self._ask("classify", http, "POST", "/classify", json=finding)
        assert record["en"] == finding["en"], "the record is another finding's"

    def _upload(self, http: httpx.Client, few: list[dict], tag: str) -> None:
        findings = [{"en": f"{r['en']} Ref. {tag}-{i}.", "zh": r["zh"]} for i, r in enumerate(few)]
        [report] = self._ask("analyse (4 findings)", http, "POST", "/analyse", json=findings)[
            "reports"
        ]
        assert report["new"], "a report that was never sent is said to be there"
        self.sent[report["stored"]["id"]] = {finding["en"] for finding in findings}

    def _upload_shared(self, http: httpx.Client, _: list[dict], __: str) -> None:
        finding = {
            "en": "The fire extinguisher was blocked by cartons.",
            "zh": "灭火器被纸箱挡住。",
        }
        [report] = self._ask("analyse (the same)", http, "POST", "/analyse", json=finding)[
            "reports"
        ]
        self.shared.add(report["stored"]["id"])

    def _search(self, http: httpx.Client, few: list[dict], _: str) -> None:
        word = few[0]["zh"][:4]
        page = self._ask("search", http, "GET", "/findings", params={"q": word, "size": 20})
        assert len(page["items"]) <= 20, "a page is too long"

    def _worklist(self, http: httpx.Client, _: list[dict], __: str) -> None:
        self._ask("work list", http, "GET", "/findings?order=worklist&reviewed=false")

    def _report(self, http: httpx.Client, _: list[dict], __: str) -> None:
        if self.sent:
            self._ask("report", http, "GET", f"/reports/{max(self.sent)}")


def main(seconds: float = SECONDS) -> int:
    with tempfile.TemporaryDirectory() as home:
        process, address = _serve(home)
        try:
            until = time.monotonic() + seconds
            clients = [Client(address, number) for number in range(CLIENTS)]
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(lambda client: client.run(until), clients))
            wrong = [error for client in clients for error in client.errors]
            wrong += _lost_or_doubled(address, clients)
        finally:
            process.terminate()
            process.wait()
    _print(clients, seconds)
    for line, times in Counter(wrong).most_common(20):
        print(f"wrong: {line} ({times})")
    print(f"{len(wrong)} wrong")
    return int(bool(wrong))


def _serve(home: str) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from bifinding.app.cli import main; main()"
    command = [sys.executable, "-c", code, "--home", home, "serve", "--port", str(port)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=env)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + _STARTS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.post(f"{address}/classify", json={"en": "warm", "zh": "热身"}, timeout=_STARTS)
            return process, address
        except httpx.ConnectError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError("the service does not start")


def _lost_or_doubled(address: str, clients: list[Client]) -> list[str]:
    sent = {id_: texts for client in clients for id_, texts in client.sent.items()}
    shared = set().union(*(client.shared for client in clients))
    wrong = []
    if len(shared) > 1:
        wrong.append(f"the same report was stored {len(shared)} times")
    if sum(len(client.sent) for client in clients) != len(sent):
        wrong.append("two reports have one id")
    with httpx.Client(base_url=address, timeout=60) as http:
        found: dict[int, list[str]] = {}
        for page in count(1):
            items = http.get("/findings", params={"page": page, "size": 500}).json()["items"]
            for row in items:
                found.setdefault(row["report_id"], []).append(row["en"])
            if not items:
                break
    for id_, texts in sent.items():
        if sorted(found.pop(id_, [])) != sorted(texts):
            wrong.append("findings of a report are lost or doubled")
    if set(found) != shared:
        wrong.append("there are reports that nobody sent")
    return wrong


def _print(clients: list[Client], seconds: float) -> None:
    print(f"{CLIENTS} clients, {seconds:g} s\n")
    print(f"{'request':24}{'number':>8}{'p50 ms':>10}{'p95 ms':>10}")
    for what in sorted({what for client in clients for what in client.seconds}):
        taken = np.array([s for client in clients for s in client.seconds.get(what, [])]) * 1000
        low, high = np.percentile(taken, [50, 95])
        print(f"{what:24}{len(taken):8}{low:10.0f}{high:10.0f}")
    print()


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
