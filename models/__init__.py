"""The classifier: features, heads and calibration; its file format; the shipped model in default/.

Training stands in ``training/``, metrics in ``eval/``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .classifier import LinearClassifier

DEFAULT = Path(__file__).parent / "default"


@cache
def load_classifier(model: str | Path = "default") -> LinearClassifier:
    """The classifier named "default" or kept in the folder ``model``, loaded once."""
    from .storage import load

    return load(DEFAULT if str(model) == "default" else Path(model))
