"""A model's folder, read without running anything from it.

model.safetensors   the weights and, as JSON in the file's header, all else that answers depend on:
                    format version, kind, name, encoder, labels in their order, calibration, and
                    vocabulary and cues or, of a fine-tuned model, configuration and tokenizer
recipe.yaml, metrics.json, card.md …   how it was made and what it reaches, for people

The model is one file, so that replacing it is one rename: whoever reads finds the old one or the new
one, whenever the writer dies. A weight takes 8 bits: each row is written in multiples of a power of two.
Format 3 (no second reader), format 2 (weights in half precision) and format 1 (model.json beside
weights.safetensors) are still read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from safetensors.numpy import save as pack

from ..corpus.schema import InputError
from ..corpus.tasks import LABELS
from . import transformer
from .classifier import LinearClassifier
from .cues import CUES
from .features import Featurizer
from .heads import Classifier, Head
from .transformer import TransformerClassifier
from .weights import from_8_bits, in_8_bits

FORMAT = 4
FILE = "model.safetensors"
_FORMAT_1 = ("model.json", "weights.safetensors")
_KEY = "bifinding"  # of the header's entry
_MAX_HEADER = 64 << 20  # bytes; the shipped model's has 1 MB
_MAX_FILE = 4 << 30
_NEVER = -20.0  # bias of a label that a model does not know


def save(model: Classifier, folder: Path, extra: Mapping[str, str] | None = None) -> None:
    """Writes the model, then ``extra`` (file name to text), to ``folder``, over what was there."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, _packed(model))
    for name, text in (extra or {}).items():
        replace_file(folder / name, text.encode())
    for name in _FORMAT_1:
        (folder / name).unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Puts the bytes where ``path`` is, all of them or none."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def digest(model: Classifier) -> str:
    """A short name for what the model holds, whatever it is called: 8 hexadecimal digits."""
    return hashlib.sha256(_packed(model, name="")).hexdigest()[:8]


def _packed(model: Classifier, name: str | None = None) -> bytes:
    if isinstance(model, TransformerClassifier):
        kind, (parts, settings) = "transformer", transformer.pack(model.features)
    else:
        assert isinstance(model, LinearClassifier)
        kind, parts = "linear", {"idf": np.asarray(model.features.idf, np.float32)}
        settings = {
            "asks": model.asks,
            "dim": model.features.dim,
            "cues": list(CUES),
            "vocabulary": list(model.features.vocabulary),
        }
    tensors: dict[str, np.ndarray] = dict(parts)
    for task, head in model.heads.items():
        tensors[f"{task}.weight"], tensors[f"{task}.exponent"] = in_8_bits(head.weight)
        tensors[f"{task}.bias"] = np.asarray(head.bias, np.float32)
    about = {
        "format": FORMAT,
        "kind": kind,
        "name": model.name if name is None else name,
        "encoder": model.encoder,
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
        **settings,
    }
    return pack(tensors, {_KEY: json.dumps(about, ensure_ascii=False)})


# --- reading --------------------------------------------------------------------------------


def load(folder: Path) -> Classifier:
    """Reads a model of this format or an older one.

    Labels and cues are found by name: a model that was trained with others than this version has
    answers with those that both know.

    Raises:
        InputError: for a folder that holds no model, a broken one, or one of a newer format.
    """
    about = describe(folder)
    try:
        return _KINDS[about["kind"]](about, load_file(_weights(folder)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise _unreadable(folder, error) from error


def describe(folder: Path) -> dict[str, Any]:
    """What a model says of itself: everything but its weights. Raises InputError as ``load`` does."""
    try:
        if (folder / FILE).exists():
            about = json.loads(_header(folder / FILE)["__metadata__"][_KEY])
        else:
            path = folder / _FORMAT_1[0]
            _within(path, path.stat().st_size, _MAX_HEADER)
            about = {"kind": "linear"} | json.loads(path.read_text(encoding="utf-8"))
        number = about["format"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(folder, error) from error
    if number not in range(1, FORMAT + 1):
        raise InputError(
            str(folder),
            f"model format {number}, this version reads 1 to {FORMAT}",
            "train it again, or use the bifinding version that wrote it",
        )
    return about


def _weights(folder: Path) -> Path:
    path = folder / FILE
    if not path.exists():
        path = folder / _FORMAT_1[1]
        _header(path)
    return path


def _header(path: Path) -> dict[str, Any]:
    """The JSON in front of the tensors, whose length is looked at before anything is read."""
    size = path.stat().st_size
    _within(path, size, _MAX_FILE)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        _within(path, length, min(_MAX_HEADER, size - 8))
        return json.loads(file.read(length))


def _within(path: Path, size: int, most: int) -> None:
    if size > most:
        raise ValueError(f"{path.name} claims {size:,} bytes where at most {most:,} are read")


def _unreadable(folder: Path, error: Exception) -> InputError:
    return InputError(
        str(folder),
        f"no readable model ({type(error).__name__}: {error})",
        "name a folder that `bifinding train` wrote, or leave --model out",
    )


def _linear(about: dict[str, Any], tensors: dict[str, np.ndarray]) -> LinearClassifier:
    vocabulary, dim, cues = about["vocabulary"], int(about["dim"]), about["cues"]
    features = Featurizer(vocabulary, _checked(tensors["idf"], len(vocabulary)), dim)
    heads = _heads(about, tensors, dim + len(vocabulary) + len(cues))
    for head in heads.values():
        head.weight = _for_these_cues(head.weight, cues)
    return LinearClassifier(*_common(about, features, heads), asks=bool(about.get("asks")))


def _transformer(about: dict[str, Any], tensors: dict[str, np.ndarray]) -> TransformerClassifier:
    of_heads = {f"{task}.{part}" for task in LABELS for part in ("weight", "exponent", "bias")}
    parts = {name: tensor for name, tensor in tensors.items() if name not in of_heads}
    features = transformer.unpack(parts, about)
    return TransformerClassifier(*_common(about, features, _heads(about, tensors, features.width)))


_KINDS = {"linear": _linear, "transformer": _transformer}


def _common(about: dict[str, Any], features: Any, heads: dict[str, Head]) -> tuple[Any, ...]:
    """What a classifier of any kind is made of, in the order that it takes it."""
    return (
        str(about["name"]),
        str(about["encoder"]),
        features,
        heads,
        float(about["review_below"]),
        dict(about["recipe"]),
    )


def _heads(about: dict[str, Any], tensors: dict[str, np.ndarray], columns: int) -> dict[str, Head]:
    heads = {}
    for task in LABELS:
        said = about["heads"][task]
        width = len(said["labels"]) - bool(said["ordinal"])
        weight = tensors[f"{task}.weight"]
        if about["format"] > 2:
            weight = from_8_bits(weight, _checked(tensors[f"{task}.exponent"], columns))
        head = Head(
            labels=tuple(said["labels"]),
            weight=_checked(weight, columns, width).astype(np.float32, copy=False),
            bias=_checked(tensors[f"{task}.bias"], width),
            temperature=float(said["temperature"]),
            ordinal=bool(said["ordinal"]),
        )
        heads[task] = _for_these_labels(head, LABELS[task])
    return heads


def _checked(tensor: np.ndarray, *shape: int) -> np.ndarray:
    if tensor.shape != shape or not np.isfinite(tensor).all():
        raise ValueError(f"a tensor of shape {tensor.shape}, all finite, should have shape {shape}")
    return tensor


def _for_these_cues(weight: np.ndarray, cues: Sequence[str]) -> np.ndarray:
    """The weight with a row for each of ``CUES`` at its end: that of the same name, or zeros."""
    if tuple(cues) == CUES:
        return weight
    first = len(weight) - len(cues)
    row = {name: first + i for i, name in enumerate(cues)}
    mine = np.zeros((len(CUES), weight.shape[1]), np.float32)
    for i, name in enumerate(CUES):
        if name in row:
            mine[i] = weight[row[name]]
    return np.concatenate([weight[:first], mine])


def _for_these_labels(head: Head, labels: tuple[str, ...]) -> Head:
    """The head with a column for each of ``labels``: that of the same name, or a hopeless one."""
    if head.labels == labels:
        return head
    if head.ordinal:
        raise ValueError(f"ordered labels {head.labels} where this version has {labels}")
    weight = np.zeros((len(head.weight), len(labels)), np.float32)
    bias = np.full(len(labels), _NEVER, np.float32)
    for i, name in enumerate(labels):
        if name in head.labels:
            column = head.labels.index(name)
            weight[:, i], bias[i] = head.weight[:, column], head.bias[column]
    return Head(labels, weight, bias, head.temperature)
