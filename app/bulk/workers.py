"""Who makes the shards: this process, or processes that share the memory of what it has loaded."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from threadpoolctl import threadpool_limits

from ... import load
from ...corpus.labels import Lang
from ...corpus.schema import Finding, InputError, Source, Text
from ...nlp.encoder import encoder
from ...nlp.pipeline import Pipeline, Stage
from .plan import Shard
from .shard import Done, work

Makers = Callable[[Iterable[Shard]], Generator[Done]]
_pipeline: Pipeline  # of a worker


def ready(stages: Sequence[Stage], model: str | None) -> Pipeline:
    """The pipeline for these stages, on one core, with all loaded that it would load when it is first
    used."""
    pipeline = load(model) if model else Pipeline(encoder())
    pipeline.threads = 1
    texts: dict[Lang, Text] = {
        "en": Text.whole("No fire drill in 2024."),
        "zh": Text.whole("2024年未进行消防演习。"),
    }
    list(pipeline.pipe([Finding(id="", source=Source(file=""), texts=texts)], stages))
    return pipeline


def here(pipeline: Pipeline, folder: Path, stages: Sequence[Stage]) -> Makers:
    """One shard after the other, in this process."""

    def make(shards: Iterable[Shard]) -> Generator[Done]:
        with threadpool_limits(1):
            for shard in shards:
                yield work(pipeline, shard, folder, stages)

    return make


def processes(
    pipeline: Pipeline, count: int, folder: Path, stages: Sequence[Stage], model: str | None
) -> Makers:
    """As many processes, one BLAS thread each. On Linux they are forks, which share the model and the
    dictionaries that are loaded here; elsewhere each loads its own."""

    def make(shards: Iterable[Shard]) -> Generator[Done]:
        global _pipeline
        _pipeline = pipeline
        fork = sys.platform == "linux"
        if fork:
            gc.freeze()  # a collection would write to, and so copy, every page of what is shared
        pool = ProcessPoolExecutor(
            count,
            multiprocessing.get_context("fork" if fork else "spawn"),
            initializer=_begin,
            initargs=() if fork else (stages, model),
        )
        remaining = iter(shards)
        try:
            futures = {pool.submit(_work, *job) for job in _jobs(remaining, 2 * count)}
            while futures:
                finished, futures = wait(futures, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
                futures |= {pool.submit(_work, *job) for job in _jobs(remaining, len(finished))}
        except BaseException as error:
            for process in multiprocessing.active_children():
                process.terminate()
            if isinstance(error, BrokenProcessPool):
                what, mend = (
                    "a worker was killed",
                    "take fewer --workers if memory ran out; --resume",
                )
                raise InputError(str(folder), what, mend) from None
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _jobs(shards: Iterator[Shard], count: int) -> Iterator[tuple]:
        return ((shard, folder, stages) for shard in islice(shards, count))

    return make


def _begin(stages: Sequence[Stage] | None = None, model: str | None = None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threadpool_limits(1)
    if stages is not None:
        global _pipeline
        _pipeline = ready(stages, model)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next shard for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _work(shard: Shard, folder: Path, stages: Sequence[Stage]) -> Done:
    return work(_pipeline, shard, folder, stages)
