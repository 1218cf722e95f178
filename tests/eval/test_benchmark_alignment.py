"""The alignment benchmark: its scorer by hand-counted cases, its peers and reader on a small corpus."""

import pytest
from bifinding.eval.benchmark.alignment import load, ours, plain, reliability, score, strung
from bifinding.eval.benchmark.alignment_peers import bertalign, gale_church
from bifinding.nlp.encoder import encoder

EN = [
    "The fire drill was late.",
    "Nobody had a plan.",
    "Wages were paid.",
    "The canteen was clean.",
]
ZH = ["消防演习延迟，且无人有计划。", "工资已发放。", "食堂干净。"]
GOLD = [((0, 1), (0,)), ((2,), (1,)), ((3,), (2,))]


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "dev" / "intertext"
    folder.mkdir(parents=True)
    for name, sentences in (("001_zh", ZH), ("001_en", EN)):
        rows = "".join(f'<s id="1:{k}">\n{text}</s>' for k, text in enumerate(sentences, 1))
        (folder / f"dev.{name}.xml").write_text(f"<text><p>{rows}</p></text>", encoding="utf-8")
    links = '<link xtargets="1:1 1:2;1:1"/><link xtargets="1:3;1:2"/><link xtargets="1:4;1:3"/>'
    (folder / "dev.001_zh.001_en.xml").write_text(f"<linkGrp>{links}</linkGrp>", encoding="utf-8")
    return tmp_path


def test_reads_chapters_with_their_gold(corpus):
    [chapter] = load(corpus, "dev")
    assert (chapter.en, chapter.zh, chapter.gold) == (EN, ZH, GOLD)


def test_a_folder_that_is_no_clone_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="bfsujason/mac"):
        load(tmp_path, "test")


@pytest.mark.parametrize(
    ("found", "strict", "lax"),
    [
        (GOLD, (1, 1), (1, 1)),
        # one sentence left out of a bead: wrong to the letter, but linked as gold is
        ([((0,), (0,)), ((1,), ()), *GOLD[1:]], (2 / 4, 2 / 3), (3 / 4, 1)),
        ([((0, 1, 2, 3), (0, 1, 2))], (0, 0), (1, 1)),
        ([((0, 1), (2,)), ((2,), (1,)), ((3,), (0,))], (1 / 3, 1 / 3), (1 / 3, 1 / 3)),
    ],
)
def test_scores(found, strict, lax):
    result = score([(GOLD, found)])
    assert (result.precision[0], result.recall[0]) == pytest.approx(strict)
    assert (result.precision[1], result.recall[1]) == pytest.approx(lax)


def test_gold_without_a_counterpart_does_not_lower_recall():
    assert score([([*GOLD, ((4,), ())], GOLD)]).recall == (1, 1)


def test_reliability_compares_probability_with_truth():
    found = [([0, 1], [0], 0.96), ([2], [2], 0.98), ([3], [1], 0.3)]
    [low, high] = reliability([(GOLD, found)])
    assert low[2:] == (1, pytest.approx(0.3), 0)
    assert high[2:] == (2, pytest.approx(0.97), 0.5)


def test_strung_chapters_keep_their_gold(corpus):
    text = strung(load(corpus, "dev"), 12)
    assert (len(text.en), len(text.zh)) == (8, 6)
    assert text.gold[3:] == [((4, 5), (3,)), ((6,), (4,)), ((7,), (5,))]


def test_ours_and_the_peers_on_an_easy_text():
    model = encoder().encoder
    assert plain(ours(model)(EN, ZH)) == GOLD
    assert bertalign(model, pooled=True)(EN, ZH) == GOLD
    assert bertalign(model, pooled=False)(EN, ZH) == GOLD
    assert gale_church(EN[2:], ZH[1:]) == [((0,), (0,)), ((1,), (1,))]
