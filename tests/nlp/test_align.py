"""Sentence alignment of findings: beads of every shape, none lost, none used twice."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from bifinding.corpus.schema import Finding, Source
from bifinding.corpus.stated import split_states
from bifinding.nlp.align import pair
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline
from hypothesis import given, settings
from hypothesis import strategies as st


def beads(en: str, zh: str):
    texts = {"en": split_states(en, "en"), "zh": split_states(zh, "zh")}
    finding = Finding(id="t", source=Source(file="t"), texts=texts)
    bitext = Pipeline(encoder()).process([finding], ["align"])[0]
    return [(b.en, b.zh) for b in bitext.beads]


@pytest.mark.parametrize(
    ("en", "zh", "expected"),
    [
        (
            "The fire alarm did not work. Workers wore no gloves.",
            "消防警报器失灵。员工未佩戴手套。",
            [([0], [0]), ([1], [1])],
        ),
        (  # one Chinese sentence runs on where English has stopped twice
            "The factory has a canteen. The cooks hold health certificates. Overtime was paid late.",
            "工厂设有食堂，厨师均持有健康证。加班费支付延迟。",
            [([0, 1], [0]), ([2], [1])],
        ),
        (  # one English sentence, two Chinese ones
            "Three drums of thinner stood in the yard without a label, and the spill kit was missing.",
            "院子里有三桶天那水未贴标签。泄漏应急包缺失。",
            [([0], [0, 1])],
        ),
        (  # a sentence without translation
            "The exits were free. The owner collects stamps and old coins. No drill was held in 2024.",
            "出口畅通。2024年未举行消防演习。",
            [([0], [0]), ([1], []), ([2], [1])],
        ),
        (  # points in another order
            "1. Aisles in the packing hall were blocked. 2. Wages were paid two weeks late.",
            "1. 工资延迟两周支付。2. 包装车间通道被堵塞。",
            [([0], [1]), ([1], [0])],
        ),
    ],
)
def test_shapes(en, zh, expected):
    assert sorted(beads(en, zh)) == sorted(expected)


def test_a_previous_state_pairs_with_no_current_sentence():
    en = "Previous finding: No drill was held. Current status: Not corrected. No drill was held."
    found = beads(en, "未改善。未举行演习。")
    previous = [one for one, other in found if not other]
    assert any(0 in one for one in previous)
    assert sorted(j for _, other in found for j in other) == [0, 1]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_every_sentence_stands_in_exactly_one_bead(n, m, seed):
    from collections import Counter

    rng = np.random.default_rng(seed)
    x, y = (rng.normal(size=(k, 8)).astype(np.float32) for k in (n, m))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    lengths = [list(rng.integers(1, 200, k)) for k in (n, m)]
    runs = pair(x, y, *lengths, [Counter()] * n, [Counter()] * m)
    assert sorted(i for one, _, _ in runs for i in one) == list(range(n))
    assert sorted(j for _, other, _ in runs for j in other) == list(range(m))


def test_beads_come_in_the_order_of_the_text():
    en = "Previous finding: No guard. Current status: Corrected. Guards were fitted. Thank you."
    found = beads(en, "已整改。已安装防护罩。另有建议一条。")
    firsts = [left[0] for left, _ in found if left]
    assert firsts == sorted(firsts)


def hand_made():
    path = Path(__file__).parent / "cases" / "alignment.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_hand_made_findings():
    right = chances = total = 0
    for case in hand_made():
        gold, order = case["beads"], case.get("order", range(len(case["beads"])))
        en = " ".join(half for half, _ in gold if half)
        zh = "".join(gold[k][1] for k in order)
        texts = {"en": split_states(en, "en"), "zh": split_states(zh, "zh")}
        finding = Finding(id="t", source=Source(file="t"), texts=texts)
        bitext = Pipeline(encoder()).process([finding], ["align"])[0]
        for bead in bitext.beads:
            halves = tuple(
                joint.join(side.text[slice(*side.sentences[k])] for k in rows)
                for side, rows, joint in ((bitext.en, bead.en, " "), (bitext.zh, bead.zh, ""))
            )
            right += list(halves) in gold
            chances += bead.probability
            total += 1
    assert right / total >= 0.95
    assert chances / total == pytest.approx(right / total, abs=0.05)


def test_long_texts_keep_the_shape_of_short_ones():
    """Past a few thousand pairs of sentences the two-pass aligner takes over."""
    en = " ".join(
        f"Machine {k} stands in hall {k % 9}. It was bought in {1960 + k}." for k in range(60)
    )
    zh = "".join(f"{k}号机器位于{k % 9}号厂房，购于{1960 + k}年。" for k in range(60))
    assert beads(en, zh) == [([2 * k, 2 * k + 1], [k]) for k in range(60)]
