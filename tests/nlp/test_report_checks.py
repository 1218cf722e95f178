"""Checks of a report against itself: each finds its slip, and nothing in a report that adds up."""

from pathlib import Path

import pytest
from bifinding.corpus.schema import Finding, Given, Metric, Report, Source
from bifinding.corpus.stated import split_states
from bifinding.nlp.consistency import CHECKS, check_report
from bifinding.nlp.encoder import encoder
from bifinding.nlp.pipeline import Pipeline

METRICS = {
    "Total workforce": 120, "Male workers": 70, "Female workers": 50, "Non-binary workers": 0,
    "Total sample": 10, "Sample - Male": 4, "Sample - Female": 6,
    "Legal minimum wage in local currency": 2010, "Lowest wage paid for regular work at the site": 2600,
    "Calculated living wage in local currency": 2550,
}  # fmt: skip


def report(metrics=None, description=None, ratings=None, overall=None, findings=()):
    values = METRICS | (metrics or {})
    header = {"Monitoring Start Date": "10/03/2025", "Closing Meeting Finished Date": "11/03/2025"}
    made = [
        Finding(
            id=f"r#{question}",
            source=Source(file="r"),
            texts={"en": split_states(en, "en")},
            given=Given(area=f"PA{question.split('.')[0]}", question=question, **given),
        )
        for question, en, given in findings
    ]
    return Report(
        file="r", layout="amfori-d", header=header, overall=overall, ratings=ratings or {},
        metrics=[Metric(name=name, value=value) for name, value in values.items()],
        description=description or {}, findings=made,
    )  # fmt: skip


def issues(made: Report, off=()) -> list:
    records = list(Pipeline(encoder()).pipe(made.findings, ["extract"]))
    return check_report(made, records, off)


@pytest.mark.parametrize(
    ("check", "made"),
    [
        ("headcount_sum", report({"Male workers": 71})),
        ("sample_sum", report({"Total sample": 12})),
        ("lowest_wage", report({"Lowest wage paid for regular work at the site": 1900})),
        ("lowest_wage", report({"Lowest wage paid for regular work at the site": 2300})),
        (
            "insured_total",
            report(
                description={"Salary": "98 workers were eligible and another 21 workers retired."}
            ),
        ),
        (
            "percentage",
            report(findings=[("5.5", "Only 1 out of 76 workers (13.2%) was insured.", {})]),
        ),
        (
            "summary_areas",
            report(
                description={"Summary of findings": "Areas which needed improvement: PA2, PA5."},
                findings=[("2.4", "Workers did not know the code.", {})],
            ),
        ),
        (
            "area_rating",
            report(
                ratings={"PA6": "A"},
                findings=[("6.2", "Overtime was not limited.", {"rating": "no", "crucial": True})],
            ),
        ),
        (
            "overall_rating",
            report(
                overall="A", ratings={f"PA{n}": "D" if n in (5, 6) else "A" for n in range(1, 14)}
            ),
        ),
        (
            "repeated_question",
            report(findings=[("7.1", "No drill.", {}), ("7.1", "Exits were locked.", {})]),
        ),
        (
            "cited_articles",
            report(findings=[("6.2", "This is against Article 141 of the Labour Law.", {})]),
        ),
        (
            "sample_parts",
            report(
                findings=[
                    (
                        "6.2",
                        "20 sampled workers' records (10 samples from May 2024, 10 samples from "
                        "October 2024) showed 62 hours in June 2024 and 70 hours in October 2024.",
                        {},
                    )
                ]
            ),
        ),
        ("dates", report(findings=[("7.13", "The drill was held on 31 April 2024.", {})])),
        (
            "dates",
            report(findings=[("5.1", "Payroll records of 15 March 2025 were reviewed.", {})]),
        ),
        (
            "overtime",
            report(
                findings=[
                    (
                        "6.2",
                        "Monthly overtime exceeded 36 hours with the highest of 30 hours.",
                        {},
                    )
                ]
            ),
        ),
        (
            "status_facts",
            report(findings=[("7.1", "Corrected. The exits are still not marked.", {})]),
        ),
    ],
)
def test_a_slip_is_found_and_quoted(check, made):
    found = [i for i in issues(made) if i.check == check]
    assert len(found) == 1
    assert found[0].places and all(place.text and place.where for place in found[0].places)
    assert issues(made, off=[check]) == [i for i in issues(made) if i.check != check]


def test_a_report_that_adds_up_raises_nothing():
    made = report(
        description={
            "Worker number information": "There are 120 employees, 70 men and 50 women.",
            "Salary": "99 workers were eligible for insurance, 21 workers have retired.",
            "Summary of findings": "Areas to improve: PA6.",
        },
        ratings={"PA6": "D"},
        findings=[
            (
                "6.2",
                "Not corrected. 8 out of 10 (80%) sampled workers exceeded 36 hours of overtime in "
                "October 2024, the highest being 52 hours. (Labour Law of the PRC, Article 41)",
                {"rating": "no", "crucial": True},
            )
        ],
    )
    assert issues(made) == []


def test_every_check_says_what_it_looks_for():
    assert all(check.__doc__ and check.__doc__.splitlines()[0] for check in CHECKS.values())


def test_the_real_extract_has_its_slips_and_no_error():
    path = Path(__file__).parents[3] / "shared" / "reports" / "amfori-followup-extract.txt"
    if not path.exists():
        pytest.skip("the extract is not here")
    from bifinding.corpus.readers.amfori import read_amfori
    from bifinding.corpus.text import clean

    made = read_amfori(clean(path.read_text("utf-8")), path.name)
    analysed = Pipeline(encoder()).analyse(made, ["check"])
    assert {i.check for i in analysed.issues if i.level != "note"} == {
        "insured_total", "sample_parts", "overtime",
    }  # fmt: skip
    found = [
        (r.given.question, d) for r in analysed.findings for d in r.defects if d.level != "note"
    ]
    # One kind of evidence that only the English lists.
    assert [(question, d.type, d.level) for question, d in found] == [
        ("7.22", "omission_zh", "warning")
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Closing Meeting Finished Date": "08/03/2025"}, "the end of the audit (8 March 2025)"),
        ({"Submission Date": "2025-03-10"}, "the submission (10 March 2025)"),
        ({"报告提交日期": "2025年3月9日"}, "the submission (9 March 2025)"),
        ({"Expiration Date": "11/03/2024"}, "the expiry (11 March 2024)"),
        ({"Submission Date": "14/03/2025", "Expiration Date": "11/03/2026"}, None),
        ({"Monitoring Start Date": "31/02/2025"}, None),  # no day, so nothing comes before it
    ],
)
def test_days_of_the_header_in_order(fields, said):
    made = report()
    made.header |= fields
    found = [issue.message for issue in issues(made) if "The header has" in issue.message]
    assert [said in message for message in found] == [True] * (said is not None)


def table(*rows: tuple[str, str, str | None, str]) -> Report:
    """A table with a row for each question, site, status and text."""
    return Report(
        file="t", layout="table",
        findings=[
            Finding(
                id=f"t#{n}", source=Source(file="t"), site_id=site or None,
                texts={"en": split_states(text, "en")},
                given=Given(area="PA7", question=question, status=status),
            )
            for n, (question, site, status, text) in enumerate(rows, start=2)
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("7.6", "S1", "new", "No goggles."), ("7.6", "S1", "new", "No masks.")],
            ["Question 7.6 stands in the report twice."],
        ),
        (
            [("7.6", "S1", "new", t) for t in ("No goggles.", "No masks.", "No boots.")]
            + [("7.6", "S2", "new", "No gloves.")],
            ["Question 7.6 stands in the report 3 times for the site S1."],
        ),
        ([("7.6", "S1", "new", "No goggles."), ("7.6", "S2", "new", "No masks.")], []),
        ([("7.6", "", "new", "No goggles."), ("7.6", "", "new", "No masks.")], []),
    ],
)
def test_rows_of_one_site_with_one_question(rows, said):
    found = [one for one in issues(table(*rows)) if one.check == "repeated_question"]
    assert [one.message for one in found] == said


def test_a_status_column_is_held_against_the_text_of_its_row():
    goggles = "Goggles are still not worn by two of the six grinders."
    made = table(("7.6", "S1", "corrected", goggles), ("7.6", "S2", "new", "No masks."))
    (found,) = issues(made)
    assert [place.where for place in found.places] == [
        "finding t#2, status",
        "finding t#2, English",
    ]
    assert issues(table(("7.6", "S1", "new", goggles))) == []
    assert issues(table(("7.6", "S1", "corrected", "Goggles are worn by all grinders."))) == []
