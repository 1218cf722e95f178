"""The fine-tuned classifier: one encoder shared by a linear head a task.

Each language is read by itself, and the encoder's last layer is averaged over its
pieces; the vectors of the two languages are averaged in turn. As the heads are linear, that averages
the log-probabilities of the two languages, and of the pieces, whose shares in a label are therefore
known: they are its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..corpus.labels import LANGS, Lang
from ..corpus.schema import Evidence
from ..nlp.bitext import Bitext, Side, Span
from ..nlp.encoder import need
from .cues import cues
from .heads import OWN_WORDS, Classifier, FindingLabels, decide, passage, spans

_BATCH = 32
# Of a configuration: what it was written with, and what looks for code.
_OF_NO_USE = ("transformers_version", "dtype", "torch_dtype", "auto_map")
# A text's windows: the characters each piece stands for, and the pieces' vectors.
Pieces = list[tuple[list[Span], np.ndarray]]


@dataclass
class Window:
    """A run of pieces that the encoder reads at once: their numbers, and the characters of the text
    that each stands for (start equals end for a piece that is in no text)."""

    text: int
    ids: list[int]
    offsets: list[Span]


class TransformerFeatures:
    """Bitexts to a matrix of two blocks: the encoder's vector, and the cues ``OWN_WORDS`` (0 or 1).

    ``encoder`` is a ``transformers`` model, ``tokenizer`` a ``tokenizers.Tokenizer``. A text is read
    behind ``prefix``, in windows of at most ``window`` pieces; ``earlier`` stands between the state
    that a finding quotes and its current one.
    """

    def __init__(self, encoder: Any, tokenizer: Any, prefix: str, earlier: str, window: int):
        self._torch = need("torch", "transformers")
        self.encoder, self.tokenizer = encoder, tokenizer
        self.prefix, self.earlier, self.window = prefix, earlier, window
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=window)
        self.width = int(encoder.config.hidden_size)
        self.device = next(encoder.parameters()).device
        self.precision = half_precision(self._torch, self.device)

    def text(self, side: Side) -> str:
        """What the encoder reads of a side."""
        return passage(side, self.prefix, self.earlier)

    def windows(self, texts: Sequence[str]) -> list[Window]:
        """The windows of all texts, in order; offsets count the characters of the whole text."""
        return [
            Window(i, part.ids, part.offsets)
            for i, encoding in enumerate(self.tokenizer.encode_batch(list(texts)))
            for part in (encoding, *encoding.overflowing)
        ]

    def hidden(self, windows: Sequence[Window]) -> tuple[Any, Any]:
        """The last layer as float32, shape (len(windows), longest, width), and its mask, 1 for a piece
        and 0 for what only fills the row, shape (len(windows), longest, 1)."""
        torch = self._torch
        ids = torch.nn.utils.rnn.pad_sequence(
            [torch.tensor(window.ids) for window in windows],
            batch_first=True,
            padding_value=self.encoder.config.pad_token_id or 0,
        )
        lengths = torch.tensor([[len(window.ids)] for window in windows])
        mask = (torch.arange(ids.shape[1]) < lengths).long().to(self.device)
        with torch.autocast(self.device.type, self.precision, enabled=bool(self.precision)):
            output = self.encoder(input_ids=ids.to(self.device), attention_mask=mask)
        return output.last_hidden_state.float(), mask[..., None].float()

    def read(self, texts: Sequence[str]) -> Iterator[tuple[Window, np.ndarray]]:
        """Each window with its pieces' vectors, shape (pieces, width); windows of like length are read
        together, so they do not come in order."""
        windows = sorted(self.windows(texts), key=lambda window: len(window.ids))
        self.encoder.eval()
        for first in range(0, len(windows), _BATCH):
            batch = windows[first : first + _BATCH]
            with self._torch.inference_mode():
                hidden = self.hidden(batch)[0].cpu().numpy()
            for window, rows in zip(batch, hidden, strict=True):
                yield window, rows[: len(window.ids)]

    def transform(self, bitexts: Sequence[Bitext]) -> np.ndarray:
        """Shape (len(bitexts), width + len(OWN_WORDS)), float32; each distinct text is read once."""
        texts = self.texts(bitexts)
        sums = np.zeros((len(texts), self.width), np.float32)
        counts = np.zeros((len(texts), 1), np.float32)
        for window, hidden in self.read(texts):
            sums[window.text] += hidden.sum(axis=0)
            counts[window.text] += len(hidden)
        return self.matrix(bitexts, dict(zip(texts, sums / counts, strict=True)))

    def texts(self, bitexts: Sequence[Bitext]) -> list[str]:
        """The distinct texts that are to be read."""
        found = (self.text(bitext.side(lang)) for bitext in bitexts for lang in LANGS)
        return [text for text in dict.fromkeys(found) if text]

    def matrix(self, bitexts: Sequence[Bitext], vectors: Mapping[str, np.ndarray]) -> np.ndarray:
        """What ``transform`` gives, of texts whose vectors are known."""
        matrix = np.zeros((len(bitexts), self.width + len(OWN_WORDS)), np.float32)
        for row, bitext in zip(matrix, bitexts, strict=True):
            texts = [text for lang in LANGS if (text := self.text(bitext.side(lang)))]
            if texts:
                row[: self.width] = np.mean([vectors[text] for text in texts], axis=0)
        matrix[:, self.width :] = cues(bitexts)[:, OWN_WORDS]
        return matrix


class TransformerClassifier(Classifier):
    """Over an encoder that has learnt to read findings. The sentence vectors that the pipeline brings
    play no part in its labels."""

    features: TransformerFeatures

    def read(self, features: np.ndarray, task: str) -> np.ndarray:
        return features[:, : self.features.width]

    def own_words(self, features: np.ndarray) -> np.ndarray:
        return features[:, self.features.width :]

    def predict(self, bitexts: Sequence[Bitext]) -> list[FindingLabels]:
        texts = self.features.texts(bitexts)
        pieces: dict[str, Pieces] = {text: [] for text in texts}
        for window, hidden in self.features.read(texts):
            pieces[texts[window.text]].append((window.offsets, hidden))
        means = {
            text: np.concatenate([hidden for _, hidden in parts]).mean(axis=0)
            for text, parts in pieces.items()
        }
        scores = self.probabilities(self.features.matrix(bitexts, means))
        return [
            decide(
                self.heads,
                {task: p[row] for task, p in scores.items()},
                self.review_below,
                partial(self._evidence, bitext, pieces),
            )
            for row, bitext in enumerate(bitexts)
        ]

    def _evidence(
        self, bitext: Bitext, pieces: Mapping[str, Pieces], task: str, label: int
    ) -> list[Evidence]:
        """What each piece adds to the label beyond the mean of all, laid over its characters."""
        direction = self.heads[task].direction(label)
        laid: dict[Lang, np.ndarray] = {
            lang: np.zeros(len(bitext.side(lang).text)) for lang in LANGS
        }
        for lang in LANGS:
            side = bitext.side(lang)
            text = self.features.text(side)
            parts = pieces.get(text, [])
            gains = [hidden @ direction for _, hidden in parts]
            mean = np.concatenate(gains).mean() if gains else 0.0
            shift = side.current[1] - len(text)
            for (offsets, _), gain in zip(parts, gains, strict=True):
                for (start, end), value in zip(offsets, gain - mean, strict=True):
                    first, last = max(start + shift, side.current[0]), end + shift
                    if first < last:
                        laid[lang][first:last] += value / (last - first)
        return spans(bitext, laid)


def half_precision(torch: Any, device: Any) -> Any:
    """The half-precision type that the device is quick at, or None.

    A GPU without bfloat16 gets float16. A processor without it would have to emulate it, which is
    slower than single precision; so would one of which torch cannot tell.
    """
    if device.type == "cuda":
        known = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if known else torch.float16
    able = getattr(torch.cpu, "get_capabilities", dict)()
    return torch.bfloat16 if any(on for k, on in able.items() if k.endswith("bf16")) else None


def ready(encoder: Any) -> Any:
    """The encoder in single precision, on the GPU where there is one, without the pooler, which only
    its first training used."""
    torch = need("torch", "transformers")
    if getattr(encoder, "pooler", None) is not None:
        encoder.pooler = None
    return encoder.float().to("cuda" if torch.cuda.is_available() else "cpu")


def pack(features: TransformerFeatures) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The encoder's tensors (its weights in half precision), and all else that ``unpack`` needs: the
    encoder's configuration, the tokenizer, the settings."""
    encoder = features.encoder
    half = {name: weight.detach().half() for name, weight in encoder.named_parameters()}
    tensors = {name: tensor.cpu().numpy() for name, tensor in (encoder.state_dict() | half).items()}
    config = {
        key: value
        for key, value in sorted(encoder.config.to_dict().items())
        if not key.startswith("_") and key not in _OF_NO_USE
    }
    return tensors, {
        "config": config,
        "tokenizer": features.tokenizer.to_str(),
        "prefix": features.prefix,
        "earlier": features.earlier,
        "window": features.window,
    }


def unpack(tensors: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> TransformerFeatures:
    """The opposite of ``pack``. No code is looked for anywhere: an architecture that the installed
    ``transformers`` does not have is refused.

    Raises:
        ValueError, KeyError, TypeError: where it cannot be read.
    """
    torch, transformers = need("torch", "transformers"), need("transformers", "transformers")
    config = transformers.AutoConfig.for_model(**about["config"])
    encoder = ready(
        transformers.AutoModel.from_config(
            config, attn_implementation="eager", trust_remote_code=False
        )
    )
    try:
        encoder.load_state_dict({name: torch.tensor(array) for name, array in tensors.items()})
    except RuntimeError as error:
        raise ValueError(f"weights that do not fit the configuration: {error}") from error
    try:
        tokenizer = need("tokenizers", "transformers").Tokenizer.from_str(about["tokenizer"])
    except Exception as error:  # the library raises nothing narrower
        raise ValueError(f"no tokenizer: {error}") from error
    return TransformerFeatures(
        encoder, tokenizer, about["prefix"], about["earlier"], about["window"]
    )
