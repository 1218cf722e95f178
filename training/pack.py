"""A BERT made small and quick: one ONNX file, its layers in 7 bits, its word vectors in 4.

Whole numbers are multiplied: the weights, and what a layer is given, rounded to 8 bits anew for each text.
Before that the width of its columns is evened out against the weights' (Xiao et al. 2023, "SmoothQuant"), by
what the columns come to in some texts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..models.transformer import Window
from ..nlp.encoder import need
from ..nlp.packed import METADATA

_TOP = 63  # of a weight's code: with 127, processors without VNNI would have to cut off sums
_SMOOTH = 0.75  # share of the columns' width that is moved into the weights
_BLOCK = 32  # weights in four bits that share a scale
_MICROSOFT = "com.microsoft"  # ONNX Runtime's own operators
_SHOWN = 3  # times that texts show a piece which is kept


def pack(
    encoder: Any,
    outputs: Mapping[str, tuple[np.ndarray, np.ndarray]],
    words: Sequence[int],
    texts: Iterable[Sequence[int]],
    about: Mapping[str, Any],
    each: bool = False,
) -> bytes:
    """The file that ``nlp.packed`` reads.

    ``encoder`` is a BERT (Devlin et al. 2019) of ``transformers``; ``outputs`` are linear (weight, shape (width, k), and
    bias) over the mean of its last layer, by name, or with ``each`` over what that layer makes of each piece.
    Kept are the vectors of ``words``, in that order, and the first ``about["window"]`` places. ``texts``, as
    pieces of the encoder, show how wide what the layers are given is.
    """
    graph = _Graph(encoder, _widths(encoder, texts))
    return graph.packed(outputs, words, about, each)


def cut_to(tokenizer: Any, windows: Sequence[Window]) -> tuple[str, list[int]]:
    """A unigram tokenizer, as JSON, of the pieces that the windows show and of single characters, into
    which all else falls; and the numbers of these pieces, in their order."""
    told = json.loads(tokenizer.to_str())
    pieces = told["model"]["vocab"]
    special = {piece["id"] for piece in told["added_tokens"]}
    common = {i for i, (piece, _) in enumerate(pieces) if _is_common(piece)}
    shown = Counter(i for window in windows for i in window.ids)
    kept = sorted(special | common | {i for i, n in shown.items() if n >= _SHOWN})
    told["model"]["vocab"] = [pieces[i] for i in kept]
    return json.dumps(told, ensure_ascii=False), kept


def _is_common(piece: str) -> bool:
    """Whether it is one character of those in which simplified Chinese and English are written."""
    try:
        return len(piece.encode("gb2312")) <= 2 and len(piece) == 1
    except UnicodeEncodeError:
        return piece == "▁"


def _widths(encoder: Any, texts: Iterable[Sequence[int]]) -> dict[str, np.ndarray]:
    """The largest value of each column that each dense layer is given."""
    torch = need("torch", "transformers")
    widths: dict[str, np.ndarray] = {}

    def watch(name: str) -> Any:
        def note(_: Any, given: Any) -> None:
            most = given[0].detach().abs().flatten(0, -2).amax(0).float().cpu().numpy()
            widths[name] = np.maximum(widths.get(name, 1e-5), most)

        return note

    dense = [(name, part) for name, part in encoder.named_modules() if hasattr(part, "in_features")]
    hooks = [part.register_forward_pre_hook(watch(name)) for name, part in dense]
    device = next(encoder.parameters()).device
    with torch.inference_mode():
        for ids in texts:
            encoder.eval()(torch.tensor([list(ids)], device=device))
    for hook in hooks:
        hook.remove()
    return widths


class _Graph:
    """Nodes and weights, as they are put together."""

    def __init__(self, encoder: Any, widths: Mapping[str, np.ndarray]):
        self._onnx = need("onnx", "dev")
        self._config, self._widths = encoder.config, widths
        self._state = {k: v.float().cpu().numpy() for k, v in encoder.state_dict().items()}
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def packed(
        self,
        outputs: Mapping[str, tuple[np.ndarray, np.ndarray]],
        words: Sequence[int],
        about: Mapping[str, Any],
        each: bool,
    ) -> bytes:
        helper, types = self._onnx.helper, self._onnx.TensorProto
        x = self._embedded(words, int(about["window"]))
        for i in range(self._config.num_hidden_layers):
            x = self._layer(x, f"encoder.layer.{i}")
        over = self._const("over", np.array([0] if each else [0, 1]))
        x = self._node("ReduceMean", x, over, keepdims=0)
        said = []
        for name, (weight, bias) in outputs.items():
            half = self._single(self._const(f"{name}.weight", weight.astype(np.float16)))
            product = self._node("MatMul", x, half)
            bias = self._const(f"{name}.bias", bias.astype(np.float32))
            self._nodes.append(helper.make_node("Add", [product, bias], [name]))
            shape = ["pieces", weight.shape[1]] if each else [weight.shape[1]]
            said.append(helper.make_tensor_value_info(name, types.FLOAT, shape))
        ids = helper.make_tensor_value_info("ids", types.INT64, ["pieces"])
        graph = helper.make_graph(self._nodes, "bert", [ids], said, self._weights)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        helper.set_model_props(model, {METADATA: json.dumps(about, ensure_ascii=False)})
        return model.SerializeToString(deterministic=True)

    def _embedded(self, words: Sequence[int], window: int) -> str:
        """The normalised vectors of the pieces at their places, (1, pieces, width)."""
        state, types = self._state, self._onnx.TensorProto
        codes, scales = in_4_bits(state["embeddings.word_embeddings.weight"][list(words)])
        shape = [len(codes), codes.shape[1] * 2]
        tensor = self._onnx.helper.make_tensor(
            "words", types.INT4, shape, codes.tobytes(), raw=True
        )
        self._weights.append(tensor)
        vectors = self._node(
            "GatherBlockQuantized",
            *("words", "ids", self._const("words.scales", scales)),
            domain=_MICROSOFT,
            block_size=_BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        places = state["embeddings.position_embeddings.weight"][:window]
        places = places + state["embeddings.token_type_embeddings.weight"][0]
        first = self._const("places", places.astype(np.float16)), self._const("0", np.array([0]))
        places = self._node("Slice", *first, self._node("Shape", "ids"))
        x = self._node("Add", self._single(vectors), self._single(places))
        norm = self._norm("embeddings.LayerNorm")
        epsilon = self._config.layer_norm_eps
        x = self._node("LayerNormalization", x, *norm, axis=-1, epsilon=epsilon)
        return self._node("Unsqueeze", x, "0")

    def _layer(self, x: str, name: str) -> str:
        attention = f"{name}.attention.self."
        asked = self._dense(x, *(f"{attention}{part}" for part in ("query", "key", "value")))
        parts = [f"{asked}.{part}" for part in "qkv"]
        split = self._onnx.helper.make_node("Split", [asked], parts, axis=-1, num_outputs=3)
        self._nodes.append(split)
        heads = self._config.num_attention_heads
        told = self._node("MultiHeadAttention", *parts, domain=_MICROSOFT, num_heads=heads)
        x = self._beside(
            x, self._dense(told, f"{name}.attention.output.dense"), f"{name}.attention"
        )
        inner = self._dense(x, f"{name}.intermediate.dense")
        inner = self._node("Gelu", inner, domain=_MICROSOFT)
        return self._beside(x, self._dense(inner, f"{name}.output.dense"), name)

    def _beside(self, x: str, more: str, name: str) -> str:
        """The sum of both, normalised."""
        return self._node(
            "SkipLayerNormalization",
            *(x, more, *self._norm(f"{name}.output.LayerNorm")),
            domain=_MICROSOFT,
            epsilon=self._config.layer_norm_eps,
        )

    def _dense(self, x: str, *layers: str) -> str:
        """One dense layer, or several side by side over the same rows."""
        state, name = self._state, layers[0]
        weight = np.concatenate([state[f"{layer}.weight"] for layer in layers]).T
        given, own = self._widths[name], np.maximum(np.abs(weight).max(axis=1), 1e-5)
        moved = (given**_SMOOTH / own ** (1 - _SMOOTH)).astype(np.float32)
        weight = weight * moved[:, None]
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-9) / _TOP
        return self._node(
            "DynamicQuantizeMatMul",
            self._node("Mul", x, self._const(f"{name}.even", 1 / moved)),
            self._const(f"{name}.weight", np.rint(weight / scale).astype(np.int8)),
            self._const(f"{name}.scale", scale),
            self._const(f"{name}.zero", np.zeros(len(scale), np.int8)),
            self._const(f"{name}.bias", np.concatenate([state[f"{la}.bias"] for la in layers])),
            domain=_MICROSOFT,
        )

    def _norm(self, name: str) -> tuple[str, str]:
        gain, shift = f"{name}.weight", f"{name}.bias"
        return self._const(gain, self._state[gain]), self._const(shift, self._state[shift])

    def _single(self, half: str) -> str:
        return self._node("Cast", half, to=self._onnx.TensorProto.FLOAT)

    def _const(self, name: str, value: np.ndarray) -> str:
        self._weights.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        name = f"{operator}.{len(self._nodes)}"
        node = self._onnx.helper.make_node(operator, inputs, [name], domain=domain, **attributes)
        self._nodes.append(node)
        return name


def in_4_bits(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes from -8 to 7, two a byte, uint8 (rows, columns / 2), and the scale of
    each ``_BLOCK`` columns, half precision: of several, the one that fits the block best."""
    blocks = np.asarray(weight, np.float32).reshape(len(weight), -1, _BLOCK)
    peak = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)
    best, least = np.zeros(peak.shape, np.float16), np.full(peak.shape, np.inf, np.float32)
    for steps in (-6.5, -7, -7.5, -8, -8.5, -9):
        scale = (peak / steps).astype(np.float16)
        error = blocks - _steps(blocks, scale) * scale.astype(np.float32)
        error = np.square(error).sum(axis=-1, keepdims=True)
        best, least = np.where(error < least, scale, best), np.minimum(error, least)
    codes = _steps(blocks, best).astype(np.int8).view(np.uint8).reshape(len(weight), -1) & 15
    return codes[:, ::2] | codes[:, 1::2] << 4, best[..., 0]


def _steps(blocks: np.ndarray, scale: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.rint(blocks / scale.astype(np.float32))
    return np.clip(np.nan_to_num(steps), -8, 7)
