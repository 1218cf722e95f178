"""Teaches the networks that see a negation lost in translation.

    python -m bifinding.eval.benchmark.fit_polarity nlp/consistency [--epochs N]
    python -m bifinding.eval.benchmark.fit_polarity --weights

It learns from the contrast sets of the corpus and from the tuning half of the planted benchmark: clean
pairs, pairs with a flip, and pairs with another change, which is none of its business. A sixth of the
situations is held back; on those the odds are calibrated. Writes polarity.safetensors into the folder,
and prints what share of the contradictions is found at so many false alarms: on what was held back, and on
the contrast sets for measuring alone. Needs torch (extra ``transformers``); an hour and a half on two cores.
The transformer beside these networks has to be weighed anew then: ``training.contradiction``.
With --weights it prints, for the networks that there are, how an alarm is weighed (``FLIP_WEIGHTS`` in
``nlp.consistency.polarity``), learned from defects planted into what was held back; five minutes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ...corpus.contrasts import contrasts
from ...models.storage import replace_file
from ...nlp.consistency.contradiction import Network, Weights, members
from ...nlp.consistency.facts import Comparison
from ...nlp.consistency.meaning import wrong_finding
from ...nlp.consistency.omission import omissions
from ...nlp.consistency.pair import Pair
from ...nlp.consistency.polarity import LIKELY, Suspicion, halves, suspicions
from ...nlp.consistency.status import status_mismatch
from ...nlp.encoder import encoder, need
from ...nlp.pipeline import Pipeline
from . import planting
from .consistency import build, finding, source
from .rewriting import REWRITERS

WIDTH = 128
KEPT = 256  # principal directions of the tokens: what fits in memory
SEEDS = (7, 8, 9)  # of what is planted where, for the weights
FLIPS = 6  # tries at a flip of each bead
SMOOTHING, RATE, JOINED = 0.02, 1e-3, 0.1
MEMBERS = 3
BATCH = 8  # contrast sets of four pairs, or as many pairs of findings
SHARES = (0.005, 0.01, 0.02, 0.05)
Row = tuple[str, str, bool]


class Data:
    """What there is to learn from, and the tokens of all texts, (n, KEPT) each."""

    def __init__(self) -> None:
        self.sets, measure = contrasts(), contrasts(held_out=True)
        rows = list(benchmark_rows())
        self.rows = [(en, zh, wrong) for en, zh, wrong, held in rows if not held]
        self.held = [(en, zh, wrong) for en, zh, wrong, held in rows if held]
        self.measure = [pair for one in measure for pair in one.pairs()]
        texts = {text for one in self.sets for pair in one.pairs() for text in pair[:2]}
        texts |= {t for row in (*self.rows, *self.held, *self.measure) for t in row[:2]}
        ordered = sorted(texts)
        some = random.Random(0).sample(ordered, 3000)
        read = network_tokens()
        self.pca = PCA(KEPT, svd_solver="covariance_eigh").fit(np.concatenate(read(some)))
        # Strong directions are held down, or they drown what the weak ones say.
        self.spread = np.sqrt(np.sqrt(self.pca.explained_variance_)).astype(np.float32)
        self.tokens: dict[str, np.ndarray] = {}
        for first in range(0, len(ordered), 256):
            part = ordered[first : first + 256]
            for text, rows_of in zip(part, read(part), strict=True):
                projected = self.pca.transform(rows_of) / self.spread
                self.tokens[text] = projected.astype(np.float16)


def network_tokens() -> Any:
    """The function that turns texts into tokens."""
    return encoder().encoder.tokens  # pyright: ignore[reportAttributeAccessIssue]


def held_back(findings: Sequence[dict[str, Any]]) -> set[str]:
    """A sixth of the situations, from which the networks do not learn."""
    rng = random.Random(1)
    return {s for s in sorted({row["situation"] for row in findings}) if not rng.randrange(6)}


def benchmark_rows() -> Iterator[tuple[str, str, bool, bool]]:
    """The halves of the beads of clean, flipped and otherwise changed pairs of the tuning half: English,
    Chinese, whether they contradict each other, whether the row is held back."""
    rng = random.Random(2)
    findings = source("tune")
    kept = held_back(findings)
    pairs = [(row["en"], row["zh"]) for row in findings]
    kinds = ["number_mismatch", "percent_mismatch", "date_mismatch", "law_mismatch"]
    changes = [planting.PLANTERS[rng.choice(kinds)] for _ in pairs]
    changed = [change(*pair, rng) or pair for change, pair in zip(changes, pairs, strict=True)]
    rewriters = list(REWRITERS.values())
    retold = [rng.choice(rewriters)(*pair, rng) or pair for pair in pairs]
    told = zip(findings, _beads(pairs), _beads(changed), _beads(retold), strict=True)
    for row, clean, other, again in told:
        held = row["situation"] in kept
        for bead in clean:
            flips = [planting.polarity(*bead, random.Random(k)) for k in range(FLIPS)]
            yield from ((*flip, True, held) for flip in dict.fromkeys(flips) if flip)
        beads = dict.fromkeys(bead for found in (clean, other, again) for bead in found)
        yield from ((*bead, False, held) for bead in beads)


def _beads(pairs: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The halves of each pair's beads, as the check compares them."""
    pipeline = Pipeline(encoder())
    for first in range(0, len(pairs), 256):
        findings = [finding("fit", *pair) for pair in pairs[first : first + 256]]
        for bitext in pipeline.process(findings, ["align"]):
            beads = halves(Pair(bitext, pipeline.encoder.encode))
            yield [(bead["en"].says(), bead["zh"].says()) for bead in beads]


def learn(data: Data, epochs: int, seed: int) -> Weights:
    """The weights of a member of a ``Network``, by name."""
    torch = need("torch", "transformers")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    net = _network(torch)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.02)
    rng = random.Random(seed)
    steps = epochs * (len(list(_batches(data, rng))) + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=steps, pct_start=0.1
    )
    for epoch in range(epochs):
        total = n = 0
        for rows in _batches(data, rng):
            wrong = torch.tensor([float(row[2]) for row in rows])
            odds = net(_padded(torch, [r[0] for r in rows]), _padded(torch, [r[1] for r in rows]))
            goal = wrong * (1 - 2 * SMOOTHING) + SMOOTHING
            loss = torch.nn.functional.binary_cross_entropy_with_logits(odds, goal)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, n = total + loss.item(), n + 1
        print(f"member {seed + 1}, epoch {epoch + 1} of {epochs}: loss {total / n:.3f}", flush=True)
    return net.exported(data)


_shared: list[tuple[Data, int]] = []


def _share(data: Data, epochs: int) -> None:
    _shared.append((data, epochs))


def _member(seed: int) -> Weights:
    return learn(*_shared[0], seed)


def _batches(data: Data, rng: random.Random) -> Iterator[list[tuple[np.ndarray, np.ndarray, bool]]]:
    """All findings' rows, and of each contrast set one wording of each state in each language, now and
    then joined to a passage of another set; those of like length together."""
    tokens = data.tokens
    items = []
    for one in data.sets:
        en, zh = ([tokens[rng.choice(s[lang])] for s in one.states] for lang in ("en", "zh"))
        if rng.random() < JOINED:
            beside = rng.choice(rng.choice(data.sets).states)
            more, first = (
                [tokens[rng.choice(beside[lang])] for lang in ("en", "zh")],
                rng.random() < 0.5,
            )
            en = [np.concatenate([more[0], x] if first else [x, more[0]]) for x in en]
            zh = [np.concatenate([more[1], x] if first else [x, more[1]]) for x in zh]
        items.append([(en[a], zh[b], a != b) for a in (0, 1) for b in (0, 1)])
    rows = [
        (tokens[en], tokens[zh], wrong) for en, zh, wrong in rng.sample(data.rows, len(data.rows))
    ]
    rows.sort(key=lambda row: len(row[0]) // 12)
    items += [rows[i : i + 4] for i in range(0, len(rows), 4)]
    items.sort(key=lambda item: np.log(max(len(row[0]) for row in item)) + 1.5 * rng.random())
    batches = [items[i : i + BATCH] for i in range(0, len(items), BATCH)]
    rng.shuffle(batches)
    yield from ([row for item in batch for row in item] for batch in batches)


def _padded(torch: Any, texts: Sequence[np.ndarray]) -> tuple[Any, Any, Any]:
    """The distinct texts' tokens (n, longest, KEPT), where there are any (n, longest, 1), and which
    of them each text is (len(texts),)."""
    distinct = list({id(text): text for text in texts}.values())
    number = {id(text): i for i, text in enumerate(distinct)}
    longest = max(map(len, distinct))
    rows = np.zeros((len(distinct), longest, KEPT), np.float32)
    there = np.zeros((len(distinct), longest, 1), np.float32)
    for i, text in enumerate(distinct):
        rows[i, : len(text)], there[i, : len(text)] = text, 1
    which = torch.tensor([number[id(text)] for text in texts])
    return torch.from_numpy(rows), torch.from_numpy(there), which


def _network(torch: Any) -> Any:
    """The network as it learns: see ``Network`` for how it answers."""
    nn, functional = torch.nn, torch.nn.functional

    def gelu(x: Any) -> Any:
        return functional.gelu(x, approximate="tanh")

    class Learner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            d = WIDTH
            self.input, self.key = nn.Linear(KEPT, d), nn.Linear(KEPT, d)
            self.convolution0 = nn.Conv1d(d, d, 5, padding=2)
            self.convolution1 = nn.Conv1d(d, d, 5, padding=4, dilation=2)
            self.norm = nn.LayerNorm(d)
            self.compare, self.hidden = nn.Linear(4 * d, d), nn.Linear(4 * d, d)
            self.output = nn.Linear(d, 1)
            self.sharpness = nn.Parameter(torch.tensor(8.0))
            self.drop, self.drop_more = nn.Dropout(0.1), nn.Dropout(0.2)

        def side(self, rows: Any, there: Any, which: Any) -> tuple[Any, Any, Any]:
            rows = self.drop(rows)
            said = torch.tanh(self.input(rows)) * there
            context = said
            for convolution in (self.convolution0, self.convolution1):
                context = gelu(convolution(context.transpose(1, 2)).transpose(1, 2)) * there
            keys = functional.normalize(self.key(rows), dim=-1)
            return (self.norm(said + context) * there)[which], keys[which], there[which]

        def compared(self, mine: Any, theirs: Any, there: Any) -> Any:
            rows = torch.cat([mine, theirs, mine * theirs, (mine - theirs).abs()], -1)
            found = gelu(self.compare(self.drop(rows))) * there
            most = found.max(1)[0].clamp(min=0)
            return torch.cat([most, found.sum(1) / there.sum(1)], -1)

        def forward(self, english: Sequence[Any], chinese: Sequence[Any]) -> Any:
            en, en_keys, en_there = self.side(*english)
            zh, zh_keys, zh_there = self.side(*chinese)
            alike = en_keys @ zh_keys.transpose(1, 2) * self.sharpness
            told = alike.masked_fill(zh_there.transpose(1, 2) == 0, -1e4).softmax(2) @ zh
            back = alike.masked_fill(en_there == 0, -1e4).softmax(1).transpose(1, 2) @ en
            both = [self.compared(en, told, en_there), self.compared(zh, back, zh_there)]
            return self.output(self.drop_more(gelu(self.hidden(torch.cat(both, -1))))).squeeze(-1)

        def exported(self, data: Data) -> dict[str, np.ndarray]:
            """The projections of the tokens are taken into the first layers."""
            own = {name: p.detach().numpy() for name, p in self.named_parameters()}
            project = np.asarray(data.pca.components_).T / data.spread
            out = {}
            for name in ("input", "key"):
                out[name] = project @ own[f"{name}.weight"].T
                out[f"{name}.bias"] = own[f"{name}.bias"] - data.pca.mean_ @ out[name]
            for name in ("convolution0", "convolution1"):
                out[name] = own[f"{name}.weight"].transpose(2, 1, 0)
                out[f"{name}.bias"] = own[f"{name}.bias"]
            for name in ("compare", "hidden"):
                out[name], out[f"{name}.bias"] = own[f"{name}.weight"].T, own[f"{name}.bias"]
            out["gain"], out["shift"] = own["norm.weight"], own["norm.bias"]
            out["output"], out["output.bias"] = own["output.weight"][0], own["output.bias"]
            out["sharpness"] = own["sharpness"].reshape(1)
            return {name: np.ascontiguousarray(a, np.float16) for name, a in out.items()}

    return Learner()


def together(learned: Sequence[Weights], rows: Sequence[Row]) -> Weights:
    """The members in one table, their last layers scaled and shifted so that the chances of all of them
    come true (Platt 1999)."""
    arrays = {f"{n}.{name}": a for n, member in enumerate(learned) for name, a in member.items()}
    odds, wrong = log_odds(ensemble(arrays), rows), np.array([row[2] for row in rows])
    fitted = LogisticRegression(C=1e4).fit(odds[:, None], wrong)
    slope = float(np.asarray(fitted.coef_)[0, 0])
    shift = float(np.asarray(fitted.intercept_)[0]) / len(learned)
    for n, member in enumerate(learned):
        arrays[f"{n}.output"] = (member["output"] * slope).astype(np.float16)
        arrays[f"{n}.output.bias"] = (member["output.bias"] * slope + shift).astype(np.float16)
    return arrays


def ensemble(arrays: Weights) -> Network:
    """The members alone."""
    return Network(list(members(arrays).values()), encoder().encoder)  # pyright: ignore[reportArgumentType]


def log_odds(network: Network, rows: Sequence[Row]) -> np.ndarray:
    """That each row's texts contradict each other, (len(rows),)."""
    parts = [rows[i : i + 256] for i in range(0, len(rows), 256)]
    found = np.concatenate([network.chances([row[:2] for row in part]) for part in parts])
    return np.log(found) - np.log1p(-found)


def measured(name: str, network: Network, rows: Sequence[Row]) -> str:
    """How well contradictions are told from renderings."""
    odds, wrong = log_odds(network, rows), np.array([row[2] for row in rows])
    alarms = np.sort(odds[~wrong])[::-1]
    found = [(odds[wrong] > alarms[int(share * len(alarms))]).mean() for share in SHARES]
    told = ", ".join(f"{f:.3f} at {s:.1%}" for f, s in zip(found, SHARES, strict=True))
    return (
        f"{name}: area under the curve {roc_auc_score(wrong, odds):.3f}; found {told} false alarms"
    )


def weights() -> str:
    """``FLIP_WEIGHTS`` and ``FLIP_BIAS``, and how well they tell planted from other rows."""
    findings = source("tune")
    kept = held_back(findings)
    mine = [row for row in findings if row["situation"] in kept]
    odds, wrong, groups = [], [], []
    for row in (row for seed in SEEDS for row in build(mine, seed)):
        for suspicion in _suspicions(row.en, row.zh):
            odds.append(suspicion.odds)
            wrong.append(row.defect == "polarity_mismatch")
            groups.append(row.question)
    regression = make_pipeline(StandardScaler(), LogisticRegression())
    asked = {"groups": groups, "cv": GroupKFold(8), "method": "predict_proba"}
    alarms = np.asarray(cross_val_predict(regression, odds, wrong, **asked))[:, 1] >= LIKELY
    regression.fit(odds, wrong)
    zero, *ones = regression.decision_function(np.vstack([np.zeros(3), np.eye(3)]))
    said = [round(float(one - zero), 3) for one in ones]
    y = np.array(wrong)
    shares = (alarms & y).sum() / y.sum(), (alarms & ~y).sum() / (~y).sum()
    told = "of {} suspicions {:.1%} reported where planted, {:.1%} elsewhere".format(
        len(y), *shares
    )
    return f"FLIP_WEIGHTS {said}, FLIP_BIAS {float(zero):.3f}; on other questions, {told}"


def _suspicions(en: str, zh: str) -> Iterator[Suspicion]:
    """Those of a pair, after the other checks have claimed what they account for."""
    pipeline = Pipeline(encoder())
    [bitext] = pipeline.process([finding("fit", en, zh)], ["check"])
    pair = Pair(bitext, pipeline.encoder.encode)
    facts = Comparison(pair)
    if not wrong_finding(pair, facts):
        omissions(pair, facts)
        status_mismatch(pair)
        facts.mismatches()
        yield from suspicions(pair)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="the network of the translation check")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("nlp/consistency"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--weights", action="store_true")
    options = parser.parse_args(arguments)
    if options.weights:
        print(weights())
        return
    from safetensors.numpy import save

    data = Data()
    print(f"{len(data.sets)} contrast sets, {len(data.rows)} rows of findings", flush=True)
    # A fork shares the data, which is too large to be sent.
    with multiprocessing.get_context("fork").Pool(MEMBERS, _share, (data, options.epochs)) as pool:
        learned = pool.map(_member, range(MEMBERS))
    arrays = together(learned, data.held)
    replace_file(options.folder / "polarity.safetensors", save(arrays))
    print(measured("held back", ensemble(arrays), data.held))
    print(measured("contrast sets for measuring", ensemble(arrays), data.measure))


if __name__ == "__main__":
    main()
