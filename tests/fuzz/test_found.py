"""What fuzzing once found, and the seeds that it starts from: each target takes them all."""

from pathlib import Path

import pytest

from . import run
from .targets import TARGETS

FOUND = sorted((Path(__file__).parent / "found").iterdir())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name)
def test_what_was_found_does_not_come_back(path):
    TARGETS[path.name.partition("-")[0]].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_takes_its_seeds(name):
    seeds = TARGETS[name].seeds()
    assert seeds
    for seed in seeds:
        TARGETS[name].run(seed)


def test_the_driver_knows_every_target():
    assert {*run.NAMES} == {*TARGETS}
