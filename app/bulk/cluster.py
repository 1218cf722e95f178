"""The makers of shards on a cluster, over Ray Data.

Every node has this package and sees the input and the output folder under the same paths, as on a
shared file system. A shard is a task, which Ray gives to another node when its own dies; what two
nodes make of it is the same file.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Generator, Iterable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from ...corpus.schema import InputError
from ...nlp.encoder import need
from ...nlp.pipeline import Pipeline, Stage
from .plan import Part, Shard
from .shard import Done, work
from .workers import Makers, ready

_WAIT = 10  # seconds for a cluster to answer


def nodes(
    address: str, count: int | None, folder: Path, stages: Sequence[Stage], model: str | None
) -> Makers:
    """Tasks on the Ray cluster at an address ("auto": the one this machine is part of), as many at a
    time as it has processors, or as ``count`` says.

    Raises:
        ImportError: where Ray is not installed.
        InputError: where there is no such cluster.
    """
    ray, data = need("ray", "ray"), need("ray.data", "ray")
    try:
        _knock(address)
        ray.init(address, log_to_driver=False, logging_level="error", ignore_reinit_error=True)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        what = f"no Ray cluster answers ({reason:.80})"
        raise InputError(
            f"--cluster {address}", what, "start one with `ray start --head`"
        ) from None
    job = (str(Path.cwd()), str(folder), tuple(stages), model)

    def make(shards: Iterable[Shard]) -> Generator[Done]:
        rows = [{"shard": json.dumps(asdict(shard))} for shard in shards]
        if not rows:
            return
        data.DataContext.get_current().enable_progress_bars = False
        made = data.from_items(rows, override_num_blocks=len(rows)).map(
            _work, fn_args=job, num_cpus=1, concurrency=count
        )
        for row in made.iter_rows():
            yield Done(**json.loads(row["done"]))

    return make


def _knock(address: str) -> None:
    """Raises OSError where nobody listens at HOST:PORT, for which Ray itself waits minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), _WAIT).close()


def _work(
    row: dict[str, Any], base: str, folder: str, stages: tuple[Stage, ...], model: str | None
) -> dict[str, Any]:
    os.chdir(base)  # what paths start from
    shard = json.loads(row["shard"])
    parts = tuple(Part(**part) for part in shard["parts"])
    pipeline = _ready(stages, model)
    done = work(pipeline, Shard(shard["number"], parts, shard["findings"]), Path(folder), stages)
    return {"done": json.dumps(asdict(done))}


@cache
def _ready(stages: tuple[Stage, ...], model: str | None) -> Pipeline:
    """Loaded once a worker process, which Ray keeps for the next task."""
    threadpool_limits(1)
    return ready(stages, model)
