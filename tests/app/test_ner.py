"""Facts as DocBin and CoNLL, read back through spaCy."""

import io

import pytest
import spacy
from bifinding.app.cli import app
from bifinding.app.export import ner
from bifinding.corpus.schema import AnalysedReport, Report
from spacy.tokens import DocBin
from spacy.training.converters import conll_ner_to_docs
from typer.testing import CliRunner

from .conftest import entity, record

EN = "From 62 to 78 hours in May 2024.\nRMB21.56 per hour was paid."
ZH = "2024年5月62至78小时。\n时薪为人民币21.56元。"


@pytest.fixture
def reports():
    one = record(
        "f#1", EN, ZH,
        entities={
            "en": [
                entity(EN, "62 to 78 hours", "DURATION", value=62),
                entity(EN, "May 2024", "DATE", value="2024-05"),
                entity(EN, "21.56", "MONEY", value=21.56),  # spaCy keeps RMB21.56 in one token
                entity(EN, "RMB21.56 per hour", "MONEY", value=21.56),
            ],
            "zh": [
                entity(ZH, "2024年5月", "DATE", value="2024-05"),
                entity(ZH, "62至78小时", "DURATION", value=62),
                entity(ZH, "人民币21.56元", "MONEY", value=21.56),
            ],
        },
    )  # fmt: skip
    return [AnalysedReport(report=Report(file="r", layout="table"), findings=[one])]


EXPECTED = {
    "en": [("62 to 78 hours", "DURATION"), ("May 2024", "DATE"), ("RMB21.56", "MONEY")],
    "zh": [("2024年5月", "DATE"), ("62至78小时", "DURATION"), ("人民币21.56元", "MONEY")],
}


def test_docbin_holds_the_facts_of_both_languages_on_whole_tokens(reports):
    stream = io.BytesIO()
    fit = ner.write_docbin(reports, stream)
    docs = list(DocBin().from_bytes(stream.getvalue()).get_docs(spacy.blank("xx").vocab))
    assert {d.user_data["lang"]: [(e.text, e.label_) for e in d.ents] for d in docs} == EXPECTED
    assert [d.text for d in docs] == [EN, ZH]
    assert str(fit) == "2 of 7 facts did not fit tokens: 1 widened to whole tokens, 1 left out"


def test_conll_is_read_by_spacys_own_converter(reports):
    stream = io.BytesIO()
    ner.write_conll(reports, stream)
    english, chinese = conll_ner_to_docs(stream.getvalue().decode(), no_print=True)
    assert [(e.text, e.label_) for e in english.ents] == EXPECTED["en"]
    joined = [(e.text.replace(" ", ""), e.label_) for e in chinese.ents]
    assert joined == EXPECTED["zh"]
    assert len(list(english.sents)) == len(list(chinese.sents)) == 2
    assert not any(token.is_space for token in english)


@pytest.mark.parametrize(("lang", "words"), [("en", "60 hours"), ("zh", "60小时")])
def test_extract_writes_one_language_alone_and_says_what_did_not_fit(tmp_path, lang, words):
    table, out = tmp_path / "in.csv", tmp_path / "train.spacy"
    table.write_text("en,zh\n12 workers worked 60 hours.,12名工人工作60小时。\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["extract", str(table), "--lang", lang, "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "0 of 2 facts did not fit tokens" in result.stderr
    (doc,) = DocBin().from_disk(out).get_docs(spacy.blank(lang).vocab)
    assert (words, "DURATION") in [(e.text, e.label_) for e in doc.ents]


def test_facts_are_asked_of_a_command_that_extracts(tmp_path):
    table = tmp_path / "in.csv"
    table.write_text("en\n12 workers worked 60 hours.\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["align", str(table), "-f", "conll"])
    assert result.exit_code == 2
    assert "use extract, check or analyse" in result.stderr
