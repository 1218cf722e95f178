"""A million findings through the bulk run: memory over time, rate, and what kills change.

    python -m bifinding.eval.benchmark.million [--findings N] [--workers W] [--kills K] [--out DIR]

Findings are generated (see ``throughput.generated``), written to Parquet in DIR and analysed by
``bifinding analyse … --format parquet``. The resident memory of each process is read every second
from /proc (Linux) and drawn to DIR/memory.svg. With --kills, the same is done once more, killed with
SIGKILL at so many random moments and resumed; both folders must be the same to the byte.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np

from .throughput import generated

_ROWS = 10_000  # of a Parquet row group
Sample = tuple[float, int, int]  # seconds, process, resident bytes


def write_input(path: Path, count: int) -> None:
    """The generated findings, a row group at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("id", pa.string()), ("en", pa.string()), ("zh", pa.string())])
    texts, written = generated(count), 0
    with pq.ParquetWriter(path, schema) as writer:
        while some := list(islice(texts, _ROWS)):
            rows = [{"id": f"m{i}", "en": en, "zh": zh} for i, (en, zh) in enumerate(some, written)]
            writer.write_table(pa.Table.from_pylist(rows, schema))
            written += len(some)


def start(source: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bifinding.app.cli", "analyse", str(source), "-o", str(out)]
    more = ["--format", "parquet", "--workers", str(workers), "--resume", "--model", "shipped"]
    return subprocess.Popen([*command, *more])


def watch(process: subprocess.Popen[bytes]) -> list[Sample]:
    """Samples of the run's processes until it ends."""
    begin, samples = time.monotonic(), []
    while process.poll() is None:
        for pid in (process.pid, *_children(process.pid)):
            if (size := _resident(pid)) is not None:
                samples.append((time.monotonic() - begin, pid, size))
        time.sleep(1)
    return samples


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> int | None:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def told(samples: list[Sample], findings: int, workers: int) -> str:
    """Rate, peak of each process, and by how much a worker grows from its first half to its second."""
    seconds = samples[-1][0]
    lines = [
        f"{findings:,} findings, {workers} workers: {seconds:,.0f} s, {findings / seconds:.0f}/s"
    ]
    for pid in dict.fromkeys(pid for _, pid, _ in samples):
        mine = np.array([(t, size / 2**20) for t, p, size in samples if p == pid])
        warm = mine[len(mine) // 5 :]  # after its tables are filled
        halves = np.array_split(warm[:, 1], 2)
        growth = halves[1].mean() - halves[0].mean() if len(warm) > 1 else 0.0
        lines.append(
            f"process {pid}: peak {mine[:, 1].max():,.0f} MB, second half {growth:+,.0f} MB"
        )
    return "\n".join(lines)


def draw(samples: list[Sample], path: Path) -> None:
    import matplotlib  # pyright: ignore[reportMissingImports]

    matplotlib.use("svg")
    from matplotlib import pyplot  # pyright: ignore[reportMissingImports]

    figure, axes = pyplot.subplots(figsize=(8, 3.5))
    for pid in dict.fromkeys(pid for _, pid, _ in samples):
        mine = [(t, size / 2**20) for t, p, size in samples if p == pid]
        axes.plot(*zip(*mine, strict=True), linewidth=1)
    axes.set(xlabel="seconds", ylabel="resident memory of a process, MB", ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)


def kill_and_resume(source: Path, out: Path, workers: int, kills: int, seconds: float) -> None:
    """The run, killed at random moments of the time that an undisturbed one takes."""
    rng = random.Random(0)
    for _ in range(kills):
        process = start(source, out, workers)
        time.sleep(rng.uniform(0, 2 * seconds / max(kills, 1)))
        process.send_signal(signal.SIGKILL)
        process.wait()
    if start(source, out, workers).wait() not in (0, 3):
        raise SystemExit("the resumed run failed")


def same(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir())
    return names == sorted(path.name for path in other.iterdir()) and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in names
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    folder = options.out or Path(tempfile.mkdtemp(prefix="million-"))
    folder.mkdir(parents=True, exist_ok=True)
    source, out = folder / "findings.parquet", folder / "analysed"
    write_input(source, options.findings)
    process = start(source, out, options.workers)
    samples = watch(process)
    if process.returncode not in (0, 3) or not samples:  # 3: some were not read, and are told
        raise SystemExit("the run failed")
    print(told(samples, options.findings, options.workers))
    try:
        draw(samples, folder / "memory.svg")
        print(folder / "memory.svg")
    except ImportError:
        print("no plot: pip install matplotlib")
    if options.kills:
        kill_and_resume(source, folder / "killed", options.workers, options.kills, samples[-1][0])
        word = "the same to the byte" if same(out, folder / "killed") else "NOT the same"
        print(f"killed {options.kills} times and resumed: {word}")


if __name__ == "__main__":
    main()
