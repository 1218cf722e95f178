"""Writes docs/checks.md: what each check looks for, by example, and how often it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One check: what it looks for, its levels, and an example in both languages."""

    looks_for: str
    level: str
    en: str
    zh: str


_BOTH = "error; warning where it is less sure"
DEFECTS: dict[str, Entry] = {
    "untranslated": Entry(
        "A side that is empty or in the other language, or sentences of it that are. Names, codes and "
        "titles in the other script are left alone, and so is a finding given in one language only.",
        "error", "The canteen had a valid licence. 厨房人员无健康证。", "食堂持有有效的许可证。厨房人员无健康证。",
    ),
    "wrong_finding": Entry(
        "Two texts that are about different things: no clause of either is like one of the other, and "
        "they share neither facts nor words.",
        _BOTH, "Wages for May were paid six weeks late.", "配电箱缺少内盖，且未张贴警示标识。",
    ),
    "omission_zh": Entry(
        "A sentence, a clause, an exception or a kind of evidence (management interview, site tour …) that only the English has. The previous "
        "finding may be missing in the Chinese, as the form of the extract allows.",
        _BOTH, "Two fire drills were held. The night shift took part in neither.", "举行了两次消防演习。",
    ),
    "omission_en": Entry(
        "The same the other way round: something that only the Chinese has.",
        _BOTH, "Masks were handed out to all sprayers.", "工厂向所有喷漆工发放了口罩，临时工除外。",
    ),
    "status_mismatch": Entry(
        "One text says that an earlier finding is closed, the other that it is open or half open. A "
        "status that only one text names is a note.",
        "error; note where only one text names a status", "Corrected. A spill kit is in place.", "未改善。已配备泄漏应急包。",
    ),
    "law_mismatch": Entry(
        "Another law, another article of it, or another standard or decree (NR-12, No. 1156/2019). Short names are known; an article that only one text "
        "gives is a note, and so are laws that the catalogue does not have.",
        "error, warning or note", "Labour Law of the PRC, Article 41", "《中华人民共和国劳动法》第四十四条",
    ),
    "percent_mismatch": Entry(
        "Another percentage, 百分之二十, 八成 and double pay included.",
        _BOTH, "Coverage was 37.5 %.", "参保率为73.5%。",
    ),
    "date_mismatch": Entry(
        "Another date or period. The same day in another form, or less exactly, is none.",
        _BOTH, "The drill took place on 14 March 2024.", "演习于2024年5月14日进行。",
    ),
    "number_mismatch": Entry(
        "Another headcount, ratio, duration, sum, bare number or code (machine B4, form FM-210). Words for "
        "digits, 万, other units and what can be reckoned (half of 18 and 9; 3 of 10, the other 7) are none.",
        _BOTH, "Monthly overtime reached 92 hours.", "月加班时间达到96小时。",
    ),
    "polarity_mismatch": Entry(
        "A clause that one text affirms and the other denies: a negation lost or added, or an antonym.",
        _BOTH, "Workers received a copy of their contract.", "工人没有收到合同副本。",
    ),
}  # fmt: skip
REPORT: dict[str, Entry] = {
    "headcount_sum": Entry("", "error; warning in a text", "Total workforce 120, male 71, female 50", "员工总数120，男71，女50"),
    "sample_sum": Entry("", "error; warning in a text", "Total sample 12, male 4, female 6", "抽样12人，男4，女6"),
    "lowest_wage": Entry("", "error under the legal minimum in the tables, warning in a text, note under the living wage", "Legal minimum 2010, lowest wage 1900", "法定最低工资2010，最低工资1900"),
    "area_rating": Entry("", "warning", "PA5 is rated A, three of its questions are answered no", "PA5评为A，其下三题为否"),
    "overall_rating": Entry("", "warning", "Overall B, one section rated E", "总评B，其中一项为E"),
    "repeated_question": Entry("", "warning", "Question 7.14 twice at one site", "同一地点两次出现7.14题"),
    "cited_articles": Entry("", "warning; note where an article has moved or is of another area", "Labour Law, Article 141", "《劳动法》第一百四十一条"),
    "summary_areas": Entry("", "warning", "Improvement is needed in PA6; no finding under PA6", "需改善领域：PA6；PA6下无发现"),
    "insured_total": Entry("", "warning", "98 eligible and 21 retired workers; workforce 120", "98名应参保、21名退休；员工总数120"),
    "percentage": Entry("", "warning", "1 out of 76 workers (13.2 %)", "76名工人中有1名（13.2%）"),
    "sample_parts": Entry("", "warning", "12 samples (4 of May, 4 of June, 3 of July)", "12份样本（5月4份、6月4份、7月3份）"),
    "dates": Entry("", "error for a day that does not exist, else warning", "Inspected on 31 June 2024", "2024年6月31日检验"),
    "overtime": Entry("", "warning", "Exceeded 36 hours; the highest was 34 hours", "超过36小时，最高34小时"),
    "status_facts": Entry("", "warning", "Corrected. The exit is still not free.", "已整改。出口仍未清理。"),
    "status_between_languages": Entry("", "note", "(nothing)", "未改善。"),
}  # fmt: skip

_HEAD = """# Checks

`bifinding check` compares the two texts of each finding and the report with itself. Every check has a
name; `bifinding check --list` prints them. To switch one off, name it in `bifinding.yaml`:

```yaml
disable: [{example}]
```

False alarms are warnings and errors on texts that say the same. For the comparison of the two texts
they are counted on {clean} clean pairs as written and on {tricky} clean pairs rewritten to look different
(numerals, dates, reordered, merged and split sentences), of topics that no threshold has seen; for
the checks of the report, on the same {clean} findings, each as a report of its own. Those that need a
whole report say so. The numbers come from

```
python -m bifinding.eval.benchmark.consistency --docs docs/checks.md
```

"""


def page(
    defects: Mapping[str, tuple[float, float, float, float]],
    reports: Mapping[str, tuple[str, float | None]],
    clean: int,
    tricky: int,
) -> str:
    """The page. ``defects`` holds precision, recall and the false-alarm rates on clean and on tricky
    pairs of each type; ``reports`` what each check of the report looks for and its rate, or None."""
    parts = [_HEAD.format(example="polarity_mismatch", clean=clean, tricky=tricky)]
    parts.append("## Between the two texts of a finding\n\n")
    for name, (precision, recall, one, two) in defects.items():
        measured = (
            f"{one:.2%} of clean pairs, {two:.2%} of tricky ones; of planted defects it finds {recall:.0%}, "
            f"and {precision:.0%} of what it reports is one."
        )
        parts.append(_section(name, DEFECTS[name], DEFECTS[name].looks_for, measured))
    parts.append("## Within a report\n\n")
    for name, (looks_for, rate) in reports.items():
        measured = f"{rate:.2%} of clean findings." if rate is not None else "needs a whole report."
        parts.append(_section(name, REPORT[name], looks_for, measured))
    return "".join(parts)


def _section(name: str, entry: Entry, looks_for: str, measured: str) -> str:
    return (
        f"### {name}\n\n{looks_for}\n\n"
        f"- English: {entry.en}\n- Chinese: {entry.zh}\n- Level: {entry.level}\n"
        f"- False alarms: {measured}\n- Off: `disable: [{name}]`\n\n"
    )
