"""Findings made ready for learning, with the sentence vectors kept on disk.

Encoding is the longest part of training, and the corpus is the same each time. A block of findings
is encoded as one batch, always the same way, because the last bits of a vector depend on the batch
it is encoded in; its vectors are kept under the name of what they are made from. So a model comes out
the same, to the bit, whether they were kept or not.
"""

from __future__ import annotations

import gc
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..corpus.schema import Finding
from ..models.registry import home
from ..models.storage import replace_file
from ..nlp.bitext import Bitext
from ..nlp.encoder import SentenceEncoder, encoder
from ..nlp.pipeline import Pipeline
from .progress import Tell, silent

_BLOCK = 512  # findings
_PROBE = [
    "No fire drill was held, and 3 of 8 exits were locked.",
    "未进行消防演习，8个出口中有3个上锁。",
]
_KEPT = 256  # files, of 2 to 5 MB; the corpus fills 170, and with fewer none would be found again


class KeptVectors:
    """An encoder that keeps the vectors of each batch in a folder. What another encoder, another
    version of it or another machine has kept is not taken: their vectors of two sentences differ."""

    def __init__(self, encoder: SentenceEncoder, folder: Path):
        self.encoder, self.folder = encoder, folder
        self.name, self.dim = encoder.name, encoder.dim
        self._origin = encoder.name.encode() + encoder.encode(_PROBE).tobytes()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        distinct = sorted(set(texts))
        row = {text: i for i, text in enumerate(distinct)}
        vectors = self._read(distinct)
        return vectors[[row[text] for text in texts]]

    def _read(self, texts: list[str]) -> np.ndarray:
        key = hashlib.sha256(self._origin)
        for text in texts:
            key.update(b"\0" + text.encode(errors="surrogatepass"))
        path = self.folder / f"{key.hexdigest()[:32]}.npy"
        try:
            vectors = np.load(path, allow_pickle=False)
            if vectors.shape == (len(texts), self.dim) and vectors.dtype == np.float32:
                path.touch()
                return vectors
        except (OSError, ValueError, EOFError):
            pass  # not kept, or cut off
        vectors = self.encoder.encode(texts)
        self._keep(path, vectors)
        return vectors

    def _keep(self, path: Path, vectors: np.ndarray) -> None:
        file = io.BytesIO()
        np.save(file, vectors, allow_pickle=False)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, file.getvalue())
            kept = sorted(self.folder.glob("*.npy"), key=lambda p: p.stat().st_mtime)
            for old in kept[:-_KEPT]:
                old.unlink(missing_ok=True)
        except OSError:
            pass  # a disk that is full or read-only costs time, nothing else


def prepare(findings: Sequence[Finding], name: str, tell: Tell = silent) -> list[Bitext]:
    """Segments, encodes with the encoder ``name``, and extracts: what features are made of."""
    pipeline = Pipeline(KeptVectors(encoder(name).encoder, home() / "vectors"))
    bitexts: list[Bitext] = []
    collecting = gc.isenabled()
    gc.disable()  # all of it is needed to the end: looking through it again and again costs a fifth
    try:
        for start in range(0, len(findings), _BLOCK):
            tell("reading and encoding", start, len(findings))
            bitexts += pipeline.process(findings[start : start + _BLOCK], ["classify"])
    finally:
        if collecting:
            gc.enable()
    return bitexts
