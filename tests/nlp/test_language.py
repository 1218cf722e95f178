"""The spaCy languages: tokens, sentences, and what survives a round trip."""

import pickle
import random

import pytest
import spacy
from bifinding.corpus.dataset import rows
from bifinding.nlp import language as language_module
from bifinding.nlp.language import language, tokens

ZH = "工厂未给接触噪声的工人提供职业健康检查。每月加班36小时。"
EN = "The factory didn't provide ear plugs. Overtime was 36 hours."


def test_chinese_words_follow_the_audit_vocabulary():
    words = [ZH[a:b] for a, b in tokens(ZH, "zh")]
    assert "职业健康检查" in words
    assert "36" in words


def test_the_vocabulary_stays_out_of_jiebas_own_dictionary():
    import jieba

    tokens(ZH, "zh")
    assert "部分整改" not in jieba.dt.FREQ


@pytest.mark.parametrize(("lang", "text"), [("en", EN), ("zh", ZH)])
def test_sentences_are_set_on_the_doc(lang, text):
    assert len(list(language(lang)(text).sents)) == 2


@pytest.mark.parametrize(("lang", "text"), [("en", EN), ("zh", ZH)])
def test_a_restored_pipeline_cuts_as_before(lang, text, tmp_path):
    before = [t.text for t in language(lang)(text)]
    language(lang).to_disk(tmp_path)
    assert [t.text for t in spacy.load(tmp_path)(text)] == before
    assert [t.text for t in pickle.loads(pickle.dumps(language(lang)))(text)] == before


def test_two_processes_give_the_same_words():
    texts = [ZH, "未改善。" + ZH] * 2
    alone = [[t.text for t in doc] for doc in language("zh").pipe(texts)]
    assert [[t.text for t in doc] for doc in language("zh").pipe(texts, n_process=2)] == alone


@pytest.mark.parametrize(
    "text",
    [ZH, "T恤车间2024-2030年的B超报告共3.5%，\r\n见 GB 5083 及1号店。", "", " \u3000\n", "！！"],
)
def test_spans_are_those_of_the_spacy_pipeline(text):
    doc = language("zh").tokenizer(text)
    assert tokens(text, "zh") == [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]


def test_rjieba_cuts_chinese_as_jieba_does():
    slow, fast = language_module._jiebas()
    if not fast:
        pytest.skip("rjieba is not installed")
    texts = [row["zh"] or "" for row in rows()]
    blocks = {block for text in texts for block in language_module._HAN.findall(text)}
    assert len(blocks) > 30_000
    some = random.Random(0).sample(sorted(blocks), 4000)
    assert [block for block in some if fast.cut(block) != list(slow.cut(block))] == []
