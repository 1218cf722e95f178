"""A worse model does not get in use, unless it is told to."""

import numpy as np
import pytest
from bifinding.corpus.schema import InputError
from bifinding.models import registry
from bifinding.models.storage import load, save
from bifinding.training.promote import promote


@pytest.fixture
def worse(base):
    """A version that gives every area and question the score of the one before."""
    model = load(base.folder)
    for head in (model.heads["area"], model.heads["question"]):
        head.weight, head.bias = np.roll(head.weight, 1, axis=1), np.roll(head.bias, 1)
    registry.register("worse", lambda folder: save(model, folder))
    registry.promote(base.model.name)
    yield "worse"
    registry.promote(registry.SHIPPED)


def test_a_worse_model_is_refused_with_the_reasons_and_the_margins(worse, base):
    with pytest.raises(InputError, match=r"area accuracy .* → .*a loss of 0.01 .* 0.05 .*--force"):
        promote(worse)
    assert registry.in_use() == base.model.name


def test_a_worse_model_can_be_forced_and_taken_back(worse, base):
    promote(worse, force=True)
    assert registry.in_use() == worse
    assert registry.rollback() == base.model.name


def test_a_better_model_is_put_in_use(worse, base):
    promote(worse, force=True)
    promote(base.model.name)
    assert registry.in_use() == base.model.name


@pytest.mark.parametrize("force", [False, True])
def test_what_cannot_be_read_is_never_put_in_use(worse, base, force):
    broken = registry.register("broken", lambda folder: folder.mkdir())
    (broken / "model.safetensors").write_bytes(b"junk")
    for name in ("broken", "nowhere"):
        with pytest.raises(InputError, match=r"no readable model|no model of that name"):
            promote(name, force)
    assert registry.in_use() == base.model.name
