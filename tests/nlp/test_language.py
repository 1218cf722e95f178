"""The spaCy languages: tokens, sentences, and what survives a round trip."""

import pickle

import pytest
import spacy
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
