"""The process is killed in mid-write: what it said was stored is there, and nothing by halves."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bifinding.app.store import Filters, Store

TESTS = Path(__file__).parents[2]
WRITER = """
import sys
sys.path.insert(0, {tests!r})
from app.small_pipeline import EXIT_EN, EXIT_ZH, analysed
from bifinding.app.store import Store
store = Store({url!r})
print("ready", flush=True)
for i in range(100_000):
    texts = [(f"{{EXIT_EN}} Report {{i}}, line {{n}}.", EXIT_ZH) for n in range(10)]
    id_, _ = store.add(analysed(*texts), "ann")
    store.accept(store.report_findings(id_)[0].id, "ann")
    print(id_, flush=True)
"""


def test_nothing_that_was_stored_is_lost(url):
    code = WRITER.format(tests=str(TESTS), url=url)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=env
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        writer.stdout.readline()  # one is stored
        time.sleep(0.7)
        writer.send_signal(signal.SIGKILL)
        told = [1, *map(int, writer.stdout.read().split())]
    store = Store(url)
    stored = store.reports(size=500)
    assert len(told) <= stored.total <= len(told) + 1
    assert {row.id for row in stored.items} >= set(told)
    assert all(row.findings == 10 for row in stored.items)
    accepted = {row.report_id for row in store.findings(Filters(reviewed=True, size=500)).items}
    assert accepted >= set(told)
    found = store.findings(Filters(q="exits", size=1)).total  # the index goes with the findings
    assert found == 10 * stored.total
    store.close()
