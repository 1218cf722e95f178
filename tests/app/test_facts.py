"""The page of counted facts."""

import io

from bifinding.app.export.facts import count, write_facts
from bifinding.corpus.schema import AnalysedReport, Analysis, Entity, Given, Report, Source


def law(article, link=None, name="Labour Law of the People's Republic of China", id="labour-law"):
    value = {"law": name, "articles": [article]} | ({"id": id} if id else {})
    return Entity(start=0, end=3, label="LAW_ARTICLE", text="law", value=value, link=link)


def record(en, zh=(), file="a.txt"):
    return Analysis(
        id="1",
        source=Source(file=file),
        site_id=None,
        en="law",
        zh="劳动法",
        given=Given(area="PA6"),
        sentences={"en": [], "zh": []},
        entities={"en": list(en), "zh": list(zh)},
    )


def analysed(*records):
    return AnalysedReport(report=Report(file="a.txt", layout="table"), findings=list(records))


def test_a_fact_in_both_languages_counts_once():
    counts = count([analysed(record([law("41", link=0)], [law("41", link=0)]))])
    assert counts.labels["LAW_ARTICLE"] == 1
    assert counts.laws["labour-law"].articles == {"41": 1}


def test_what_only_the_chinese_states_counts_too():
    counts = count([analysed(record([law("41", link=0)], [law("41", link=0), law("44")]))])
    assert counts.laws["labour-law"].articles == {"41": 1, "44": 1}
    assert counts.laws["labour-law"].findings == 1


def test_the_most_cited_article_comes_first_with_its_topic():
    cited = [record([law(n)]) for n in ("44", "41", "41")]
    rows = count([analysed(*cited)]).laws["labour-law"].article_rows()
    assert [(article, times) for article, times, _, _ in rows] == [("41", 2), ("44", 1)]
    assert "overtime" in rows[0][2]


def test_an_article_that_does_not_exist_is_said_to():
    [row] = count([analysed(record([law("900")]))]).laws["labour-law"].article_rows()
    assert "no article 900" in row[3][0]


def test_the_page_escapes_what_comes_from_a_report():
    stream = io.BytesIO()
    write_facts([analysed(record([law("1", name="<script>x</script>", id=None)]))], stream)
    page = stream.getvalue().decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "not in the catalogue" in page
