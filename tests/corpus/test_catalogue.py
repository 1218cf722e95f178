"""The catalogues: complete, consistent with each other, typed."""

from bifinding.corpus import catalogue
from bifinding.corpus.labels import AREAS


def test_areas_and_questions_are_complete():
    assert tuple(catalogue.areas()) == AREAS
    assert len(catalogue.questions()) == 81
    assert sum(q.crucial is True for q in catalogue.questions().values()) == 19
    assert catalogue.questions()["9.3"].crucial is None  # the sources disagree


def test_every_question_lies_in_the_area_its_number_says():
    for number, question in catalogue.questions().items():
        assert question.area == f"PA{number.split('.')[0]}"


def test_a_law_has_names_in_both_languages_and_topics_of_known_areas():
    for law in catalogue.laws().values():
        assert law.names_en[0]
        assert law.names_zh[0]
        assert {area for _, _, area in law.topics.values()} <= set(AREAS)


def test_the_overtime_limit_is_where_auditors_cite_it():
    law = catalogue.laws()["labour-law"]
    assert law.articles == 107
    assert law.topics["41"][2] == "PA6"
    assert "Labor Law of the PRC" in law.names_en
    assert "劳动法" in law.names_zh


def test_glossary_terms_have_both_languages():
    assert len(catalogue.glossary()) > 400
    assert all(term.en and term.zh for term in catalogue.glossary())
