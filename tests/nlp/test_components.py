"""The spaCy components in pipelines that are not ours, after every sort of round trip."""

import subprocess
import sys

import pytest
import spacy
from bifinding.nlp.entities import extract
from spacy.tokens import DocBin

EN = "Based on interviews, 8 out of 10 workers worked 48 hours; wages were RMB21.56 per hour."
ZH = "经查，10名工人中有8名加班48小时，时薪21.56元，违反《劳动法》第41条。"
BOTH = pytest.mark.parametrize(("lang", "text"), [("en", EN), ("zh", ZH)])


def pipeline(lang):
    if lang == "zh":
        config = {"nlp": {"tokenizer": {"segmenter": "jieba"}}}
        nlp = spacy.blank("zh", config=config)
    else:
        nlp = spacy.blank("en")
    nlp.add_pipe("bifinding_entities")
    return nlp


def facts(doc):
    return [(f.start, f.end, f.label, f.value) for f in doc._.facts]


@BOTH
def test_the_facts_are_the_librarys_own(lang, text):
    expected = [(e.start, e.end, e.label, e.value) for e in extract(text, lang)]
    assert expected
    assert facts(pipeline(lang)(text)) == expected


def test_spans_carry_their_values():
    doc = pipeline("en")(EN)
    spans = {s.text: s._.value for s in doc.spans["bifinding"]}
    assert spans["8 out of 10"] == {"part": 8, "whole": 10}
    assert spans["48 hours"]["unit"] == "hour"


@BOTH
def test_what_does_not_fit_the_tokens_is_reported(lang, text):
    doc = pipeline(lang)(text)
    as_spans = {(s.start_char, s.end_char) for s in doc.spans["bifinding"]}
    unfit = {(f.start, f.end) for f in doc._.unfit_facts}
    assert as_spans | unfit == {(f.start, f.end) for f in doc._.facts}
    assert not as_spans & unfit


def test_a_token_that_swallows_its_unit_is_an_unfit_fact():
    doc = pipeline("en")("Only 20%of the drums had labels.")
    assert [doc.text[f.start : f.end] for f in doc._.unfit_facts] == ["20%"]


@BOTH
def test_a_restored_pipeline_finds_the_same(lang, text, tmp_path):
    nlp = pipeline(lang) if lang == "en" else _our_chinese()
    before = facts(nlp(text))
    nlp.to_disk(tmp_path)
    assert facts(spacy.load(tmp_path)(text)) == before


def _our_chinese():
    config = {"nlp": {"tokenizer": {"@tokenizers": "bifinding.JiebaTokenizer.v1"}}}
    nlp = spacy.blank("zh", config=config)
    nlp.add_pipe("bifinding_entities")
    return nlp


@BOTH
def test_two_processes_find_the_same(lang, text):
    nlp = pipeline(lang) if lang == "en" else _our_chinese()
    docs = list(nlp.pipe([text, text], n_process=2))
    assert [facts(doc) for doc in docs] == [facts(nlp(text))] * 2


@BOTH
def test_facts_survive_a_docbin(lang, text):
    doc = pipeline(lang)(text)
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    [back] = DocBin().from_bytes(stored).get_docs(doc.vocab)
    assert facts(back) == facts(doc)


def test_another_language_is_refused_by_name():
    with pytest.raises(ValueError, match="this pipeline is 'de'"):
        spacy.blank("de").add_pipe("bifinding_entities")


def test_the_factories_are_found_without_importing_bifinding():
    code = "import spacy; spacy.blank('en').add_pipe('bifinding_entities'); print('found')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "found", done.stderr
