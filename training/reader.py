"""Makes the second reader (``models/reader.onnx``) of a fine-tuned model.

    bifinding train --config training/reader.yaml --out FOLDER      about an hour of two cores
    python -m bifinding.training.reader FOLDER

Of the vocabulary are kept the pieces that the corpus shows and single characters, into which all else falls.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..corpus.schema import Finding, InputError
from ..models.reader import FILE
from ..models.storage import load, replace_file
from ..models.transformer import TransformerClassifier, Window
from ..nlp.pipeline import segment
from .pack import pack
from .recipe import Recipe
from .train import written_lessons

# Pieces read at once: more than it was taught with, for its places are those of the base.
_WINDOW = 384
_SHOWN = 3  # times that the corpus shows a piece which is kept
_EXAMPLES = 300  # texts that show how wide the layers' inputs are


def packed(model: TransformerClassifier, findings: Iterable[Finding]) -> bytes:
    """The model as the file that ``models.reader`` reads, with the pieces that the findings show. Its
    encoder has to be a BERT, its tokenizer a unigram one."""
    features = model.features
    texts = features.texts([segment(finding) for finding in findings])
    windows = features.windows(texts)
    tokenizer = json.loads(features.tokenizer.to_str())
    kept = _kept_pieces(tokenizer, windows)
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = [vocabulary[i] for i in kept]
    about = {
        "tokenizer": json.dumps(tokenizer, ensure_ascii=False),
        "window": min(_WINDOW, features.encoder.config.max_position_embeddings),
        "prefix": features.prefix,
        "earlier": features.earlier,
        "heads": {
            task: {
                "labels": head.labels,
                "temperature": head.temperature,
                "ordinal": head.ordinal,
            }
            for task, head in model.heads.items()
        },
        "recipe": model.recipe["recipe"],
        "corpus": model.recipe["data"]["corpus"],
    }
    heads = {task: (head.weight, head.bias) for task, head in model.heads.items()}
    examples = windows[:: -(-len(windows) // _EXAMPLES)]
    return pack(features.encoder, heads, kept, [w.ids for w in examples], about)


def _kept_pieces(tokenizer: dict[str, Any], windows: Sequence[Window]) -> list[int]:
    """The numbers of the pieces to keep, in their order."""
    special = {piece["id"] for piece in tokenizer["added_tokens"]}
    common = {i for i, (piece, _) in enumerate(tokenizer["model"]["vocab"]) if _is_common(piece)}
    shown = Counter(i for window in windows for i in window.ids)
    return sorted(special | common | {i for i, n in shown.items() if n >= _SHOWN})


def _is_common(piece: str) -> bool:
    """Whether it is one character of those in which simplified Chinese and English are written."""
    try:
        return len(piece.encode("gb2312")) <= 2 and len(piece) == 1
    except UnicodeEncodeError:
        return piece == "▁"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the fine-tuned model")
    folder = parser.parse_args().folder
    try:
        model = load(folder)
        if not isinstance(model, TransformerClassifier):
            mend = "train one with training/reader.yaml"
            raise InputError(str(folder), "no fine-tuned model", mend)
    except InputError as error:
        parser.error(str(error))
    replace_file(FILE, packed(model, written_lessons(Recipe()).findings))


if __name__ == "__main__":
    main()
