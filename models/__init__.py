"""The classifier: features, heads and calibration; its file format; the registry of versions; the
shipped model in default/.

Training stands in ``training/``, metrics in ``eval/``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .heads import Classifier


def load_classifier(model: str | Path = "default") -> Classifier:
    """The classifier "default" (the one in use), "shipped", of a version in the registry or in a
    folder; loaded once.

    Raises:
        InputError: where there is none, or it cannot be read.
    """
    from .registry import folder_of

    return _load(folder_of(model))


@lru_cache(4)
def _load(folder: Path) -> Classifier:
    from .storage import load

    return load(folder)
