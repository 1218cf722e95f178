"""The severity that an auditor's own grade word names ("Major NC", 轻微不符合), in any scheme's terms."""

from __future__ import annotations

import re

from .labels import Lang, Severity

# SMETA, SA8000, RBA and WCA grades on the schema's five levels (``rating.md``, section 9).
_EN_GRADE: tuple[tuple[Severity, str], ...] = (
    ("zero_tolerance", r"zero[- ]tolerance|business[- ]critical"),
    ("critical", r"critical"),
    ("major", r"major"),
    ("minor", r"minor|moderate"),
    (
        "observation",
        r"observations?|opportunit(?:y|ies) for improvement|ofi|good (?:practice|example)",
    ),
)
_ZH_GRADE: tuple[tuple[Severity, str], ...] = (
    ("zero_tolerance", r"零容忍|业务关键"),
    ("critical", r"(?<!业务)关键(?!问题|项|条款|指标|要求)|致命|危急"),
    ("major", r"主要|严重|重大"),
    ("minor", r"轻微|次要|一般|中等"),
    ("observation", r"观察项|观察点|改进机会|改善机会|良好(?:做法|实践)"),
)


def stems(words: str) -> tuple[str, ...]:
    """The letters that each alternative of an expression begins with; in brackets there is none.

    >>> stems("observations?|zero[- ]tolerance")
    ('observation', 'zero')
    """
    bare = re.sub(r"\([^()]*\)", "(", words)
    return tuple(re.findall(r"(?:^|\|)([a-z]+?)(?=[a-z][?*{]|[^a-z?*{]|$)", bare))


_EN_NOUN = r"(?:non-?\s?(?:compliances?|conformit(?:y|ies)|conformances?)|NCs?\b|findings?|issues?|deviations?|breach(?:es)?|CARs?\b|level|grade|gaps?)"
_EN_SAYS = r"(?:graded|rated|classified|assessed|scored|raised|recorded|categorised|categorized|considered|regarded|treated|counted|downgraded|upgraded)(?:\s+(?:as|to|at|with))?(?:\s+an?)?\s*(?:only\s+)?[\"'“:]?\s*"
_EN_LABEL = r"(?:severity|grade|grading|classification|category|rating|level|finding type|type)\s*(?:[:=]|is|was)\s*[\"'“]?"
_ZH_SAYS = (
    r"(?:评为|定为|列为|判为|判定为|评定为|归为|视为|记为|降为|升为|分级为|属于|属|构成)\s*[“\"]?"
)
_ZH_LABEL = r"(?:严重程度|等级|级别|分级|分类|类别|评级)\s*(?:[:：]|为|是)\s*[“\"]?"
_ZH_NOUN = r"(?:不符合|不合规|违规|缺失|问题点)"


def _pattern(lang: Lang, words: str) -> re.Pattern[str]:
    if lang == "en":
        alone = rf"(?:^|[.,;!?:(\[–—\n]\s{{0,40}}|\n|\bas\s+)(?:{words})(?=\s*(?:[.;:,)\]–—(]|$))"
        return re.compile(
            rf"(?i){alone}|\b(?:{words})\s+{_EN_NOUN}|{_EN_SAYS}(?:{words})\b|\b{_EN_LABEL}(?:{words})\b"
            rf"|\b(?:{words})\s+(?:as|because|since|in view of)\b"
        )
    alone = rf"(?:^|[。，,、；！？：:（(\[\n—]\s{{0,40}}|暂定|维持|保留为?|按|问题)(?:{words})(?:项)?(?=\s*(?:[。；：:，,）)\]（(—]|$))"
    return re.compile(
        rf"{alone}|(?:{words})(?:性)?{_ZH_NOUN}|{_ZH_SAYS}(?:{words})|{_ZH_LABEL}(?:{words})"
    )


# With the letters that the words begin with: a text without them needs no closer look.
_GRADES: dict[Lang, list[tuple[Severity, tuple[str, ...], re.Pattern[str]]]] = {
    "en": [(grade, stems(words), _pattern("en", words)) for grade, words in _EN_GRADE],
    "zh": [(grade, ("",), _pattern("zh", words)) for grade, words in _ZH_GRADE],
}
_UNLESS = {
    "en": re.compile(
        r"(?i)\b(?:no|not|never|without|neither|instead of|rather than|previous(?:ly)?|formerly|was|from)\s+(?:an?\s+|any\s+|as\s+|further\s+)?$"
    ),
    "zh": re.compile(r"(?:不是|并非|没有|无|未发现|未|不|由|从|原|此前|上次)$"),
}
_CLOSED = {
    "en": re.compile(r"(?i)[^.;,\n]{0,40}\b(?:closed|resolved|rectified|fixed|corrected)\b"),
    "zh": re.compile(r"[^。；，,\n]{0,12}(?:关闭|已整改|已解决|已纠正)"),
}


def stated_severity(text: str, lang: Lang) -> Severity | None:
    """The severity that the text's own grade word names, or None; the last one where it names several
    ("previously major, now minor")."""
    folded = text.casefold()
    found: list[tuple[int, Severity]] = [
        (match.end(), grade)
        for grade, begins, pattern in _GRADES[lang]
        if any(map(folded.__contains__, begins))
        for match in pattern.finditer(text)
        if not _UNLESS[lang].search(text[max(0, match.start() - 24) : match.start()])
        and not _CLOSED[lang].match(text, match.end())
    ]
    return max(found, key=lambda place: place[0])[1] if found else None
