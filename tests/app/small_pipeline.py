"""A pipeline that judges by a word and a number: quick, and every answer can be foretold."""

from __future__ import annotations

import re
import time

from bifinding.corpus.schema import (
    AnalysedReport,
    Analysis,
    Defect,
    Entity,
    Finding,
    Given,
    Issue,
    Place,
    Prediction,
    Report,
    Site,
    Source,
    Text,
    TextSpan,
)

QUESTIONS = {"exit": "7.14", "overtime": "6.2", "contract": "10.1"}
EXIT_EN = "2 of 5 exits of the sewing workshop were locked. (Article 28 of the Fire Protection Law)"
EXIT_ZH = "缝纫车间5个安全出口中有2个被锁。（《消防法》第二十八条）"
OVERTIME_EN = "In May 2025, 9 of 10 sampled workers did 72 hours of overtime."
OVERTIME_ZH = "2025年5月，10名抽样工人中有9名加班78小时。"
_NUMBER = re.compile(r"\d{2,}")


class SmallPipeline:
    """``delay`` is what each finding takes, in seconds; ``name`` the model that records name."""

    def __init__(self, name: str = "small-1", delay: float = 0.0):
        self.name, self.delay = name, delay

    def pipe(self, findings, stages=(), batch_size=64):
        for finding in findings:
            time.sleep(self.delay)
            if "break down" in (finding.en or ""):
                raise RuntimeError(f"it broke down over {finding.en!r}")
            yield self._record(finding)

    def analyse(self, report: Report) -> AnalysedReport:
        records = list(self.pipe(report.findings))
        places = [Place(text="76", where="metrics"), Place(text="67", where="remarks")]
        issue = Issue(check="headcount_sum", level="warning", message="76, not 67", places=places)
        return AnalysedReport(report=report, findings=records, issues=[issue])

    def _record(self, finding: Finding) -> Analysis:
        en, zh = finding.en or "", finding.zh or ""
        question = next((q for word, q in QUESTIONS.items() if word in en), "1.1")
        law = re.search("Fire Protection Law", en)
        entities = [_entity(law, {"id": "fire-protection-law"})] if law else []
        return Analysis(
            id=finding.id,
            source=finding.source,
            site_id=finding.site_id,
            en=finding.en,
            zh=finding.zh,
            given=finding.given,
            area=_sure(f"PA{question.partition('.')[0]}", 0.9),
            question=_sure(question, 0.6),
            status=_sure("new", 0.95),
            severity=_sure("major", 0.8),
            sentences={"en": [], "zh": []},
            entities={"en": entities, "zh": []},
            defects=_defects(en, zh),
            review="contract" in en,
            model=self.name,
        )


def _sure(label: str, probability: float) -> Prediction:
    return Prediction(label=label, probability=probability)


def _entity(match: re.Match[str], value: dict) -> Entity:
    start, end = match.span()
    return Entity(start=start, end=end, label="LAW_ARTICLE", text=match[0], value=value)


def _defects(en: str, zh: str) -> list[Defect]:
    """A number that only one of two texts has."""
    if not en or not zh:
        return []
    mine, theirs = (list(_NUMBER.finditer(text)) for text in (en, zh))
    left = [m for m in mine if m[0] not in [t[0] for t in theirs]]
    right = [t for t in theirs if t[0] not in [m[0] for m in mine]]
    return [
        Defect(
            type="number_mismatch",
            level="error",
            confidence=0.9,
            message=f"English says {m[0]}, Chinese says {t[0]}.",
            en=TextSpan(start=m.start(), end=m.end(), text=m[0]),
            zh=TextSpan(start=t.start(), end=t.end(), text=t[0]),
        )
        for m, t in zip(left, right, strict=False)
    ]


def report(
    *texts: tuple[str | None, str | None], file: str = "lamps.txt", **more: object
) -> Report:
    """A report of a lamp factory with a finding for each pair of texts."""
    stem = file.partition(".")[0]
    findings = [
        Finding(
            id=f"{stem}#{i}",
            source=Source(file=file, line=i),
            site_id="156-1",
            texts={
                lang: Text.whole(text)
                for lang, text in zip(("en", "zh"), pair, strict=True)
                if text
            },
            given=Given(status="not_corrected") if "overtime" in (pair[0] or "") else Given(),
        )
        for i, pair in enumerate(texts or PAIRS, 1)
    ]
    header = {"Monitored Party": "Dovecote Lamps", "Monitoring Start Date": "11/06/2025"}
    given = {"header": header, "sites": [Site(id="156-1", name="Dovecote Lamps")]} | more
    return Report(file=file, layout="amfori-d", findings=findings, **given)


PAIRS = ((EXIT_EN, EXIT_ZH), (OVERTIME_EN, OVERTIME_ZH), ("No contract was signed.", None))


def analysed(*texts: tuple[str | None, str | None], model: str = "small-1", **more: object):
    return SmallPipeline(model).analyse(report(*texts, **more))
