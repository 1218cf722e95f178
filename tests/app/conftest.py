"""A bilingual report with all that a page has to show, made by hand. Everybody in it is invented."""

from __future__ import annotations

import re

import pytest
from bifinding.corpus.schema import (
    AnalysedReport,
    Analysis,
    Bead,
    Defect,
    Entity,
    Evidence,
    Finding,
    Given,
    Issue,
    Metric,
    Place,
    Prediction,
    Problem,
    Report,
    Site,
    Source,
    Text,
    TextSpan,
)

OVERTIME_EN = (
    "Previous finding: Worker interview and time records showed that 9 out of 12 sampled workers had "
    'worked up to 86 hours of overtime in May 2024. This question was rated "No".\n'
    "Current status: Not corrected. Based on management interview and time records, the main auditee "
    "did not respect this principle. In March 2025, 10 out of 12 sampled workers had worked between "
    "62 and 78 hours of overtime. The highest weekly total was 72 hours. The 3 pregnant workers were "
    "exempted from overtime. (In accordance with Article 41 of the Labour Law of the PRC)"
)
OVERTIME_ZH = (
    "未改善。根据管理层访谈和考勤记录，被审核方没有遵守该原则。2025年3月，12名抽样工人中有10名加班"
    "62至87小时。每周最长工作时间为72小时。（依据《中华人民共和国劳动法》第四十三条）"
)
GLOVES_EN = (
    "It was noted during the site tour that 2 of the 5 workers at the dip-glue line wore no gloves, "
    "although the safety data sheet asks for nitrile gloves. Training was held on January 8, 2025."
)
GLOVES_ZH = "现场巡视发现，浸胶线5名工人中有2名未佩戴手套，而安全数据表要求佩戴丁腈手套。2025年1月8日进行了培训。"
BOX_EN = "Corrected. The complaint box now hangs outside the view of any camera."
BOX_ZH = "未改善。意见箱仍处于监控范围内。"
PERMIT_EN = "The pollutant discharge permit expired on 30 November 2024 and had not been renewed."


def find(text: str, part: str) -> dict[str, int]:
    start = text.index(part)
    return {"start": start, "end": start + len(part)}


def span(text: str, part: str) -> TextSpan:
    return TextSpan(text=part, **find(text, part))


def entity(text: str, quote: str, label: str, link: int | None = None, **value: object) -> Entity:
    return Entity(text=quote, label=label, value=value, link=link, **find(text, quote))


def sentences(text: str, ends: str = "。\n") -> list[tuple[int, int]]:
    return [
        m.span() for m in re.finditer(rf"[^{ends}\s](?:[^.{ends}]|\.(?! ))*(?:[{ends}.]|$)", text)
    ]


def predict(label: str | None, probability: float, *others: tuple[str, float], **evidence: str):
    texts = {"en": OVERTIME_EN, "zh": OVERTIME_ZH}
    spans = [Evidence(lang=lang, **find(texts[lang], part)) for lang, part in evidence.items()]
    return Prediction(
        label=label, probability=probability, alternatives=list(others), evidence=spans
    )


def record(id_: str, en: str | None, zh: str | None, **fields: object) -> Analysis:
    whole = {"en": sentences(en or ""), "zh": sentences(zh or "")}
    return Analysis(
        id=id_,
        source=Source(file="yueqing.txt", line=120),
        site_id="156-700123-001",
        en=en,
        zh=zh,
        **{"given": Given(), "sentences": whole, "model": "default-1.0.0"} | fields,
    )


@pytest.fixture(scope="session")
def analysed() -> AnalysedReport:
    """A follow-up report: three defects and an earlier finding in 6.2, one language in 12.3, a text
    that is no finding, and one without labels."""
    return example()


def example() -> AnalysedReport:
    heading = "\nCurrent status: "
    earlier, current = OVERTIME_EN.index(heading), OVERTIME_EN.index("Not corrected")
    overtime = record(
        "yueqing#6.2",
        OVERTIME_EN,
        OVERTIME_ZH,
        given=Given(area="PA6", question="6.2", crucial=True, rating="no", status="not_corrected"),
        area=predict("PA6", 0.994, ("PA5", 0.004), en="hours of overtime", zh="加班"),
        question=predict("6.1", 0.61, ("6.2", 0.35), ("6.3", 0.02), en="highest weekly total"),
        status=predict("not_corrected", 0.98, en="Not corrected", zh="未改善"),
        severity=predict("critical", 0.84, ("major", 0.14), en="did not respect", zh="没有遵守"),
        alignment=[
            Bead(en=[2], zh=[0], similarity=0.8),
            Bead(en=[3], zh=[1], similarity=0.85),
            Bead(en=[4], zh=[2], similarity=0.9),
            Bead(en=[5], zh=[3], similarity=0.88),
            Bead(en=[6], zh=[], similarity=0),
        ],
        entities={
            "en": [
                entity(OVERTIME_EN, "9 out of 12", "RATIO", part=9, whole=12),
                entity(OVERTIME_EN, "86 hours", "DURATION", value=86, unit="hour", bound="at_most"),
                entity(OVERTIME_EN, "May 2024", "DATE", value="2024-05"),
                entity(OVERTIME_EN, "March 2025", "DATE", 0, value="2025-03"),
                entity(OVERTIME_EN, "10 out of 12", "RATIO", 1, part=10, whole=12),
                entity(OVERTIME_EN, "62 and 78 hours", "DURATION", value=62, upper=78, unit="hour"),
                entity(OVERTIME_EN, "72 hours", "DURATION", 3, value=72, unit="hour"),
                entity(OVERTIME_EN, "3 pregnant workers", "HEADCOUNT", value=3),
                entity(
                    OVERTIME_EN,
                    "Article 41 of the Labour Law of the PRC",
                    "LAW_ARTICLE",
                    law="Labour Law of the PRC",
                    articles=["41"],
                ),
            ],
            "zh": [
                entity(OVERTIME_ZH, "2025年3月", "DATE", 3, value="2025-03"),
                entity(OVERTIME_ZH, "12名抽样工人中有10名", "RATIO", 4, part=10, whole=12),
                entity(OVERTIME_ZH, "62至87小时", "DURATION", value=62, upper=87, unit="hour"),
                entity(OVERTIME_ZH, "72小时", "DURATION", 6, value=72, unit="hour"),
                entity(
                    OVERTIME_ZH,
                    "《中华人民共和国劳动法》第四十三条",
                    "LAW_ARTICLE",
                    law="Labour Law of the PRC",
                    articles=["43"],
                ),
            ],
        },
        defects=[
            Defect(
                type="omission_zh",
                level="warning",
                confidence=0.81,
                message="The Chinese leaves out the exemption of the 3 pregnant workers.",
                en=span(OVERTIME_EN, "The 3 pregnant workers were exempted from overtime."),
            ),
            Defect(
                type="number_mismatch",
                level="error",
                confidence=0.96,
                message="English says 78 hours, Chinese says 87 hours.",
                en=span(OVERTIME_EN, "78 hours of overtime"),
                zh=span(OVERTIME_ZH, "87小时"),
            ),
            Defect(
                type="law_mismatch",
                level="error",
                confidence=0.99,
                message="English cites Article 41 of the Labour Law, Chinese Article 43.",
                en=span(OVERTIME_EN, "Article 41"),
                zh=span(OVERTIME_ZH, "第四十三条"),
            ),
        ],
        review=True,
    )
    gloves = record(
        "yueqing#7.6",
        GLOVES_EN,
        GLOVES_ZH,
        given=Given(area="PA7", question="7.6", status="new"),
        area=predict("PA7", 0.99),
        question=predict("7.6", 0.93, ("7.7", 0.05)),
        status=predict("new", 0.97),
        severity=predict("minor", 0.78, ("major", 0.2)),
        alignment=[Bead(en=[0], zh=[0], similarity=0.9), Bead(en=[1], zh=[1], similarity=0.9)],
        entities={
            "en": [
                entity(GLOVES_EN, "2 of the 5 workers", "RATIO", 0, part=2, whole=5),
                entity(GLOVES_EN, "January 8, 2025", "DATE", 1, value="2025-01-08"),
            ],
            "zh": [
                entity(GLOVES_ZH, "5名工人中有2名", "RATIO", 0, part=2, whole=5),
                entity(GLOVES_ZH, "2025年1月8日", "DATE", 1, value="2025-01-08"),
            ],
        },
    )
    box = record(
        "yueqing#2.5",
        BOX_EN,
        BOX_ZH,
        area=predict("PA2", 0.97),
        question=predict("2.5", 0.95),
        status=predict("corrected", 0.9, ("not_corrected", 0.09)),
        severity=predict("observation", 0.88),
        given=Given(area="PA2", question="2.5", status="not_corrected"),
        alignment=[Bead(en=[0], zh=[0], similarity=0.6), Bead(en=[1], zh=[1], similarity=0.7)],
        defects=[
            Defect(
                type="status_mismatch",
                level="error",
                confidence=0.97,
                message="English says corrected, Chinese says not corrected.",
                en=span(BOX_EN, "Corrected"),
                zh=span(BOX_ZH, "未改善"),
            )
        ],
        review=True,
    )
    permit = record(
        "yueqing#12.3",
        PERMIT_EN,
        None,
        area=predict("PA12", 0.98),
        status=predict("new", 0.9),
        severity=predict("major", 0.66, ("minor", 0.3)),
        defects=[
            Defect(
                type="untranslated",
                level="note",
                confidence=1,
                message="There is no Chinese text.",
                en=span(PERMIT_EN, PERMIT_EN),
            )
        ],
    )
    lunch = record(
        "yueqing#remark",
        "The canteen serves lunch from 12:00.",
        "食堂12:00开始供应午餐。",
        **{task: predict(None, 0.93) for task in ("area", "question", "status", "severity")},
    )
    bare = record(
        "yueqing#3.1", "Representatives were not elected.", "工人代表未经选举。", model=None
    )
    records = [overtime, gloves, box, permit, lunch, bare]
    texts = {
        ("yueqing#6.2", "en"): Text(
            text=OVERTIME_EN, current=(current, len(OVERTIME_EN)), previous=(0, earlier)
        )
    }
    report = Report(
        file="yueqing.txt",
        layout="amfori-d",
        header={
            "Monitored Party": "Yueqing Lanting Footwear Co., Ltd",
            "amfori ID": "156-700123-000",
            "Monitoring Type": "Follow-up Monitoring",
            "Monitoring Partner": "Harbourlight Assurance",
            "Monitoring Start Date": "12/05/2025",
            "Submission Date": "20/05/2025",
            "Address": "No. 8, Lanting Road, Yueqing City, Zhejiang Sheng, China",
        },
        overall="C",
        ratings={f"PA{n}": letter for n, letter in enumerate("CBAABDAAAAABE", 1)},
        sites=[
            Site(
                id="156-700123-001",
                name="Yueqing Lanting Footwear Co., Ltd",
                details={"Sector": "Consumer Discretionary", "Sub Industry": "Footwear"},
            )
        ],
        metrics=[
            Metric(name="Total workforce", value=146, unit="Workers"),
            Metric(name="Legal minimum wage in local currency", value=2010, unit="Monthly"),
            Metric(name="Lowest wage paid for regular work", value=2890.5, unit="Monthly"),
            Metric(name="Calculated living wage", value=None, unit="Monthly"),
            Metric(name="Total sample", value=12, unit="Workers"),
            Metric(name="Male workers", value=80, unit="Workers"),
            Metric(name="Female workers", value=64, unit="Workers"),
        ],
        description={
            "Operating shifts and hours": "One shift, 8:00 to 17:30, with lunch in between."
        },
        findings=[
            Finding(
                id=one.id,
                source=one.source,
                texts={
                    lang: texts.get((one.id, lang)) or Text.whole(text)
                    for lang, text in (("en", one.en), ("zh", one.zh))
                    if text is not None
                },
            )
            for one in records
        ],
        problems=[
            Problem(place="line 88", what="question 14.2 is unknown", mend="correct the number")
        ],
    )
    issue = Issue(
        check="headcount_sum",
        level="warning",
        message="80 men and 64 women make 144 workers, not 146.",
        places=[
            Place(text="Total workforce 146", where="Key metrics"),
            Place(text="Male workers 80, Female workers 64", where="Other metrics"),
        ],
    )
    return AnalysedReport(report=report, findings=records, issues=[issue])
