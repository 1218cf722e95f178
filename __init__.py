"""Bilingual (English / Chinese) social-audit findings: align, classify, extract, check, learn.

>>> import bifinding
>>> report = bifinding.read("extract.pdf")
>>> analysis = bifinding.load().analyse(report)

Importing this is quick and silent; the work is in the folders, each of which says what it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .corpus.schema import Report
    from .nlp.pipeline import Pipeline

__version__ = "0.1.0"
__all__ = ["load", "read"]


def read(path: str | Path) -> Report:
    """Reads a file of findings: amfori extract (text or PDF), JSON, JSONL, CSV, XLSX, Parquet or text.

    Raises ``bifinding.corpus.schema.InputError`` where nothing in it can be used.
    """
    from .corpus.readers import read

    return read(path)


def load(model: str | Path = "default") -> Pipeline:
    """A ready pipeline with the classifier of that name (or in that folder)."""
    from .models import load_classifier
    from .nlp.encoder import encoder
    from .nlp.pipeline import Pipeline

    classifier = load_classifier(model)
    return Pipeline(encoder(classifier.encoder), classifier)
