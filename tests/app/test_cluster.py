"""Shards on a Ray cluster of several nodes, of which one dies in mid-run."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bifinding.app.bulk.run import run
from bifinding.corpus.schema import InputError

ray = pytest.importorskip("ray")
STAGES = ("classify",)


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setenv("RAY_raylet_start_wait_time_s", "120")  # a busy machine is slow to start it
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_node_that_dies_costs_nothing(cluster, tmp_path):
    doomed, _ = cluster.add_node(num_cpus=1), cluster.add_node(num_cpus=1)
    zh = "{}号线未进行消防演习。"
    rows = [{"en": f"No fire drill was held in line {i}.", "zh": zh.format(i)} for i in range(600)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    inputs = [str(tmp_path / "a.parquet")]
    run(inputs, tmp_path / "here", STAGES, "shipped", size=20)
    killed = []

    def kill(done: int, total: int, written: int) -> None:
        if written and not killed:
            cluster.remove_node(doomed, allow_graceful=False)
            killed.append(done)

    run(
        inputs,
        tmp_path / "there",
        STAGES,
        "shipped",
        cluster=cluster.address,
        advance=kill,
        size=20,
    )
    assert 0 < killed[0] < 600
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_a_cluster_that_is_not_there_is_one_line(tmp_path):
    pq.write_table(pa.table({"en": ["The exit was blocked."]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="no Ray cluster answers"):
        run([str(tmp_path / "a.parquet")], tmp_path / "out", STAGES, "shipped", cluster="auto")
