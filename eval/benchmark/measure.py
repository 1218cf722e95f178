"""One system of the benchmark, measured in a process of its own.

``measure`` starts it: ``python -m bifinding.eval.benchmark.measure TASK SYSTEM FOLDER load|fit``.
Seconds are those of one processor (user and system, its own and of programs it runs), so that other
work on the machine does not count; libraries are kept to one thread.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .systems import SYSTEMS, System

if TYPE_CHECKING:
    from .tasks import Task

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Figures:
    """What one system did: its answers, the seconds for all of them, the seconds from the start of the
    process to the first answer, the peak of its memory in MB."""

    answers: list[Any]
    seconds: float
    start: float
    memory: float


def measure(task: Task, system: System, folder: Path) -> Figures | str:
    """The figures of a system on a task, or one line that says why there are none. Files stand in
    ``folder``, which is empty at first."""
    (folder / "items").write_bytes(pickle.dumps((task.first, task.items)))
    if system.fit:
        (folder / "train").write_bytes(pickle.dumps(task.train))
        if problem := _process(task.name, system, folder, "fit"):
            return problem
    return _process(task.name, system, folder, "load") or pickle.loads(
        (folder / "figures").read_bytes()
    )


def _process(task: str, system: System, folder: Path, step: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, task, system.name, str(folder), step],
        env={**os.environ, **dict.fromkeys(_THREADS, "1")},
        capture_output=True,
        check=False,
    )
    if not done.returncode:
        return ""
    last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    missing = last.startswith(("ModuleNotFoundError", "FileNotFoundError"))
    return f"not installed: {system.install}" if missing else f"failed: {last}"


def main(task: str, name: str, path: str, step: str) -> None:
    folder = Path(path)
    [system] = [system for system in SYSTEMS[task] if system.name == name]
    if step == "fit" and system.fit:
        known, labels = pickle.loads((folder / "train").read_bytes())
        system.fit(known, labels, folder)
        return
    first, items = pickle.loads((folder / "items").read_bytes())
    answer = system.load(folder)
    answer([first])
    start = _seconds()
    answers = answer(items)
    figures = Figures(answers, _seconds() - start, start, _memory())
    (folder / "figures").write_bytes(pickle.dumps(figures))


def _seconds() -> float:
    parts = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def _memory() -> float:
    """Of this process, or of a program it ran where that is more. (ru_maxrss of a process itself counts
    what its parent held when it was started; Linux tells its own elsewhere.)"""
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        [own] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return max(int(own.split()[1]), child) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, child) / unit


if __name__ == "__main__":
    from . import (
        measure as this,
    )  # by its full name: what __main__ pickles, no other process can read

    this.main(*sys.argv[1:])
