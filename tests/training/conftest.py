"""A small world to train in: every 72nd written finding, three fictional reports, a registry of its
own."""

from pathlib import Path

import pytest
from bifinding.corpus.readers import read
from bifinding.training import collect
from bifinding.training.corrections import read_corrections
from bifinding.training.train import train

REPORTS = Path(__file__).parent / "reports"
AUDITS = ("saltmarsh-toys.txt", "dovecote-lamps.txt", "reviewers.csv")
RECIPE = (
    "folds: 2\nmin_count: 1\nasks: false\n"  # the second reader knows more than so small a world
)


@pytest.fixture(scope="package")
def small(tmp_path_factory):
    """The registry's folder; while it is asked for, the corpus is small."""

    def part(of):
        return tuple(rows[::72] for rows in of)

    splits = {split: part(collect.corpus(split)) for split in ("train", "test")}
    topics, composed = part(collect.catalogue_findings()), part(collect.composed_findings())
    points, states = part(collect.point_findings()), part(collect.contrast_findings())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collect, "corpus", splits.get)
        patch.setattr(collect, "catalogue_findings", lambda: topics)
        patch.setattr(collect, "composed_findings", lambda: composed)
        patch.setattr(collect, "point_findings", lambda: points)
        patch.setattr(collect, "contrast_findings", lambda: states)
        home = tmp_path_factory.mktemp("home")
        patch.setenv("BIFINDING_HOME", str(home))
        yield home


@pytest.fixture(scope="package")
def recipe(small):
    path = small / "small.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def audits():
    return [read(REPORTS / name) for name in AUDITS]


@pytest.fixture(scope="package")
def corrections():
    return read_corrections(REPORTS / "corrections.jsonl").findings


@pytest.fixture(scope="package")
def base(small, recipe):
    """A version trained on the corpus alone."""
    return train([], config=recipe)


@pytest.fixture(scope="package")
def trained(small, recipe, base, audits, corrections):
    """One trained on the three reports too, against the first."""
    return train(audits, corrections, config=recipe, in_use=base.model.name)
