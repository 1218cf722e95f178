"""Makes the second reader (``models/reader.safetensors``) of a fine-tuned model.

    bifinding train --config training/reader.yaml --out FOLDER      about an hour of two cores
    python -m bifinding.training.reader FOLDER

Of the vocabulary are kept the pieces that the corpus shows and single characters, into which all else falls.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from ..corpus.schema import Finding, InputError
from ..models.reader import FILE
from ..models.storage import load, replace_file
from ..models.transformer import TransformerClassifier, TransformerFeatures
from ..models.weights import in_4_bits, in_8_bits
from ..nlp.pipeline import segment
from .recipe import Recipe
from .train import written_lessons

# Pieces read at once: more than it was taught with, for its places are those of the base.
_WINDOW = 384
_SHOWN = 3  # times that the corpus shows a piece which is kept
_PARTS = {
    "out": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
_NORMS = {"middle": "attention.output.LayerNorm", "last": "output.LayerNorm"}


def packed(model: TransformerClassifier, findings: Iterable[Finding]) -> bytes:
    """The model as the file that ``models.reader`` reads, with the pieces that the findings show. Its
    encoder has to be a BERT, its tokenizer a unigram one."""
    features, config = model.features, model.features.encoder.config
    state = {k: v.float().numpy() for k, v in features.encoder.state_dict().items()}
    tokenizer = json.loads(features.tokenizer.to_str())
    kept = _kept_pieces(features, tokenizer, findings)
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = [vocabulary[i] for i in kept]
    places = state["embeddings.position_embeddings.weight"][:_WINDOW]
    tensors = {
        "places": (places + state["embeddings.token_type_embeddings.weight"][0]).astype(np.float16),
        **_norm(state, "first", "embeddings.LayerNorm"),
    }
    words = state["embeddings.word_embeddings.weight"][kept]
    tensors["pieces.codes"], tensors["pieces.scales"] = in_4_bits(words)
    for i in range(config.num_hidden_layers):
        layer = f"encoder.layer.{i}"
        asks = [f"{layer}.attention.self.{name}" for name in ("query", "key", "value")]
        tensors |= _dense(state, f"{i}.asks", *asks)
        for name, part in _PARTS.items():
            tensors |= _dense(state, f"{i}.{name}", f"{layer}.{part}")
        for name, part in _NORMS.items():
            tensors |= _norm(state, f"{i}.{name}", f"{layer}.{part}")
    for task, head in model.heads.items():
        tensors[f"{task}.weight"] = head.weight.astype(np.float16)
        tensors[f"{task}.bias"] = head.bias.astype(np.float32)
    about = {
        "tokenizer": json.dumps(tokenizer, ensure_ascii=False),
        "window": len(places),
        "prefix": features.prefix,
        "earlier": features.earlier,
        "layers": config.num_hidden_layers,
        "attention_heads": config.num_attention_heads,
        "epsilon": config.layer_norm_eps,
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
    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    return save(tensors, {"bifinding": json.dumps(about, ensure_ascii=False)})


def _kept_pieces(
    features: TransformerFeatures, tokenizer: dict[str, Any], findings: Iterable[Finding]
) -> np.ndarray:
    """The numbers of the pieces to keep, in their order."""
    special = {piece["id"] for piece in tokenizer["added_tokens"]}
    common = {i for i, (piece, _) in enumerate(tokenizer["model"]["vocab"]) if _is_common(piece)}
    texts = features.texts([segment(finding) for finding in findings])
    shown = Counter(i for window in features.windows(texts) for i in window.ids)
    return np.array(sorted(special | common | {i for i, n in shown.items() if n >= _SHOWN}))


def _is_common(piece: str) -> bool:
    """Whether it is one character of those in which simplified Chinese and English are written."""
    try:
        return len(piece.encode("gb2312")) <= 2 and len(piece) == 1
    except UnicodeEncodeError:
        return piece == "▁"


def _dense(
    state: dict[str, np.ndarray], name: str, *layers: str
) -> Iterator[tuple[str, np.ndarray]]:
    """One dense layer, or several side by side; rows are outputs."""
    weight, exponent = in_8_bits(np.concatenate([state[f"{layer}.weight"] for layer in layers]))
    yield f"{name}.weight", weight
    yield f"{name}.exponent", exponent
    yield f"{name}.bias", np.concatenate([state[f"{layer}.bias"] for layer in layers])


def _norm(state: dict[str, np.ndarray], name: str, layer: str) -> dict[str, np.ndarray]:
    return {f"{name}.gain": state[f"{layer}.weight"], f"{name}.shift": state[f"{layer}.bias"]}


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
