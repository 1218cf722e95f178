"""A run: the plan's shards, each made once, on as many worker processes as asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ... import __version__
from ...models import load_classifier
from ...models.heads import Classifier
from ...models.storage import digest
from ...nlp.pipeline import Pipeline, Stage
from .manifest import Manifest, writing
from .plan import SHARD, Plan, plan
from .workers import here, processes, ready


def run(
    inputs: Sequence[str],
    folder: Path,
    stages: Sequence[Stage],
    model: str | None,
    workers: int | None = None,
    cluster: str | None = None,
    resume: bool = False,
    advance: Callable[[int, int, int], None] = lambda done, total, written: None,
    size: int = SHARD,
) -> Manifest:
    """Analyses files, and all files in folders, into a folder of Parquet files; returns what was done.

    ``model`` None leaves the labels out. ``cluster`` is the address of a Ray cluster that works
    instead of this machine. ``advance`` is told, shard by shard, how many findings are done, how many
    there are (a guess, for files that are not Parquet), and how many this call has written. ``size``
    is that of a shard, in findings.

    Raises:
        InputError: where the folder holds another run, where it cannot be written, where a worker
            dies. What is done stays, and ``resume`` goes on with it.
    """
    planned = plan(inputs, size)
    pipeline = ready(stages, model)
    classifier = load_classifier(model) if model else None
    manifest = Manifest(folder, _about(planned, size, classifier, pipeline, stages))
    if cluster:
        from .cluster import nodes

        makers = nodes(cluster, workers, folder, stages, model)
    elif workers and workers > 1:
        makers = processes(pipeline, workers, folder, stages, model)
    else:
        makers = here(pipeline, folder, stages)
    manifest.start(resume)
    left = [shard for shard in planned.shards if shard.number not in manifest.rows]
    findings = {shard.number: shard.findings for shard in planned.shards}
    total, written = sum(findings.values()), 0
    done = total - sum(shard.findings for shard in left)
    advance(done, total, written)
    try:
        with writing(folder), closing(makers(left)) as results:
            for result in results:
                manifest.add(result)
                done, written = done + findings[result.shard], written + result.rows
                advance(done, total, written)
    finally:
        manifest.finish()
    return manifest


def _about(
    planned: Plan,
    size: int,
    classifier: Classifier | None,
    pipeline: Pipeline,
    stages: Sequence[Stage],
) -> dict[str, Any]:
    return {
        "version": __version__,
        "stages": list(stages),
        "model": f"{classifier.name} {digest(classifier)}" if classifier else None,
        "encoder": pipeline.encoder.name,
        "findings per shard": size,
        "input": planned.digest,
        "shards": len(planned.shards),
    }
