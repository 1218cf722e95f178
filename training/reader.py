"""Makes the second reader (``models/reader.onnx``) of a fine-tuned model.

    bifinding train --config training/reader.yaml --out FOLDER      about an hour of two cores
    python -m bifinding.training.reader FOLDER

Of the vocabulary are kept the pieces that the corpus shows and single characters, into which all else falls.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from ..corpus.schema import Finding, InputError
from ..models.reader import FILE
from ..models.storage import load, replace_file
from ..models.transformer import TransformerClassifier
from ..nlp.pipeline import segment
from .pack import cut_to, pack
from .recipe import Recipe
from .train import written_lessons

# Pieces read at once: more than it was taught with, for its places are those of the base.
_WINDOW = 384
_EXAMPLES = 300  # texts that show how wide the layers' inputs are


def packed(model: TransformerClassifier, findings: Iterable[Finding]) -> bytes:
    """The model as the file that ``models.reader`` reads, with the pieces that the findings show. Its
    encoder has to be a BERT, its tokenizer a unigram one."""
    features = model.features
    texts = features.texts([segment(finding) for finding in findings])
    windows = features.windows(texts)
    tokenizer, kept = cut_to(features.tokenizer, windows)
    about = {
        "tokenizer": tokenizer,
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
