"""A model's folder: written whole or not at all, read without running anything from it.

model.json            format version, name, encoder, label order, vocabulary, calibration, recipe
weights.safetensors   idf and, for each head, weight (half precision) and bias
metrics.json, card.md what it reaches on findings it never saw, in numbers and in words
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from ..corpus.schema import InputError
from .classifier import Head, LinearClassifier
from .cues import CUES
from .features import Featurizer

FORMAT = 1


def save(model: LinearClassifier, folder: Path, extra: Mapping[str, str] | None = None) -> None:
    """Writes the model (and ``extra``: file name to text) to ``folder``, replacing what was there."""
    tensors: dict[str, np.ndarray] = {"idf": model.features.idf}
    for task, head in model.heads.items():
        tensors[f"{task}.weight"] = np.ascontiguousarray(head.weight, np.float16)
        tensors[f"{task}.bias"] = np.asarray(head.bias, np.float32)
    about = {
        "format": FORMAT,
        "name": model.name,
        "encoder": model.encoder,
        "dim": model.features.dim,
        "review_below": model.review_below,
        "heads": {
            task: {
                "labels": list(head.labels),
                "temperature": head.temperature,
                "ordinal": head.ordinal,
            }
            for task, head in model.heads.items()
        },
        "recipe": model.recipe,
        "cues": list(CUES),
        "vocabulary": list(model.features.vocabulary),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        save_file(tensors, new / "weights.safetensors")
        (new / "model.json").write_text(
            json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        for name, text in (extra or {}).items():
            (new / name).write_text(text, encoding="utf-8")
        _readable_by_all(new)
        old = new.with_name(new.name + "-old")
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _readable_by_all(folder: Path) -> None:
    """Temporary files are private; a model is as open as any other file the user writes."""
    umask = os.umask(0)
    os.umask(umask)
    folder.chmod(0o777 & ~umask)
    for path in folder.iterdir():
        path.chmod(0o666 & ~umask)


def load(folder: Path) -> LinearClassifier:
    """Reads a model. Raises InputError for a folder that holds none, or one of a newer format."""
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "weights.safetensors")
        if about["format"] != FORMAT:
            raise InputError(
                str(folder),
                f"model format {about['format']}, this version reads {FORMAT}",
                "train it again, or use the bifinding version that wrote it",
            )
        if about["cues"] != list(CUES):
            raise InputError(
                str(folder),
                "the model was trained with other cues than this version has",
                "train it again with `bifinding train`",
            )
        features = Featurizer(about["vocabulary"], tensors["idf"], about["dim"])
        heads = {
            task: Head(
                labels=tuple(head["labels"]),
                weight=tensors[f"{task}.weight"].astype(np.float32),
                bias=tensors[f"{task}.bias"],
                temperature=head["temperature"],
                ordinal=head["ordinal"],
            )
            for task, head in about["heads"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise InputError(
            str(folder),
            f"no readable model ({type(error).__name__}: {error})",
            "name a folder that `bifinding train` wrote, or leave --model out",
        ) from error
    return LinearClassifier(
        about["name"], about["encoder"], features, heads, about["review_below"], about["recipe"]
    )
