"""Where the texts of a report contradict its ratings or themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...corpus import catalogue
from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Analysis, Issue
from ...corpus.stated import split_states
from ...corpus.text import excerpt
from ..entities.normal import lower, normal
from . import lexicon
from .report import Passage, View, check, issue

# --- areas ---------------------------------------------------------------------------------------

_SUMMARY = re.compile(r"summary|总结|小结|概述|概要|摘要|综述")
_ONE = r"(?:1[0-3]|[1-9])(?![\d.]\d|\d)"
_AREAS = re.compile(
    rf"(?<![a-z])(?:pa|performance areas?|(?:绩效)?领域) ?(?P<first>{_ONE})"
    rf"(?P<more>(?:(?: ?(?:,|、|-|~|至|到|和|及|与|to|and|&) ?)+(?:pa ?|领域)?{_ONE})*)"
)
_EACH = re.compile(rf"(?P<to>[-~至到]|to)? ?(?:pa ?|领域)?(?P<n>{_ONE})")
_CLAUSE = re.compile(r"[。;\n]|[.,](?=\s|$)")
_SCOPE = re.compile(r"cover|scope|assess|evaluated|涵盖|覆盖|范围|评估|审核了")
# A clause that names areas for another reason than improvement.
_NO_FINDING = re.compile(
    r"\bno (?:\w+ ){0,2}(?:findings?|issues?|improvement|non)|\bwithout\b|\bwell\b|\bgood\b|fully|compl(?:y|ies|ied|iant)\b"
    r"|(?<!not )\b(?:met|respected|fulfilled)\b|except|other areas|良好|优秀|未发现|无发现|没有发现|无不符合"
    r"|(?<!不)符合要求|(?<!不)(?:满足|达标)|除|其[他余]"
)


def _named_areas(text: str) -> tuple[set[str], set[str]]:
    """The areas that a summary names for improvement, and those that it names at all, as codes."""
    low = lower(normal(text))
    named: set[str] = set()
    mentioned = {
        code
        for code, info in catalogue.areas().items()
        if any(lower(normal(name)) in low for name in (*info.names_en, *info.names_zh))
    }
    start = 0
    for end in [*(m.start() for m in _CLAUSE.finditer(low)), len(low)]:
        clause, start = low[start:end], end
        codes: set[str] = set()
        for match in [] if _SCOPE.search(clause) else _AREAS.finditer(clause):
            n = int(match["first"])
            numbers = {n}
            for each in _EACH.finditer(match["more"]):
                before, n = n, int(each["n"])
                numbers |= {n, *(range(before, n) if each["to"] else ())}
            codes |= {f"PA{n}" for n in numbers}
        mentioned |= codes
        named |= set() if _NO_FINDING.search(clause) else codes
    return named, mentioned


@check
def summary_areas(view: View) -> Iterator[Issue]:
    """The areas that the summary names for improvement against the areas with findings."""
    for label, text in view.report.description.items():
        if not _SUMMARY.search(label.lower()):
            continue
        named, mentioned = _named_areas(text)
        areas = {r.given.area for r in view.records if r.given.area}
        found = {
            r.given.area for r in view.records if r.given.area and r.given.status != "corrected"
        }
        if not named or not found:
            continue
        said = (excerpt(text, 200), f"general description, {label}")
        listed = (", ".join(_in_order(found)), "areas with open findings")
        for area in _in_order(named - found):
            which = "open finding" if area in areas else "finding"
            message = f"The summary names {area} for improvement, but no {which} stands under it."
            yield issue("summary_areas", "warning", message, said, listed)
        for area in _in_order(found - mentioned):
            message = f"There are findings under {area}, but the summary does not name it."
            yield issue("summary_areas", "warning", message, said, listed)


def _in_order(areas: Iterable[str]) -> list[str]:
    return sorted(areas, key=lambda area: int(area[2:]))


# --- status --------------------------------------------------------------------------------------

_STILL = re.compile(
    r"\b(?:still|again|remain(?:s|ed)?)\b[^.;]{0,40}\b(?:not|no(?! (?:\w+ )?(?:complaint|accident|incident|injur|finding"
    r"|issue|problem|violation|abnormal|case|sign))|lack\w*|missing|without)\b|仍(?:然|旧)?(?:未(?!发现|发生|见|收到)"
    r"|没有(?!发现|发生|收到)|无(?!异常|投诉|事故|违规|问题|发现|变化|人)|缺)|依[然旧](?:未(?!发现|发生|见|收到)"
    r"|没有(?!发现|发生|收到)|无(?!异常|投诉|事故|违规|问题|发现|变化|人)|缺)"
    r"|仍有\d+[名位个台人][^,。;\d]{0,6}?(?:没有|未(?!成年|满|到|发现|发生|见|收到|婚|使用|启用))"
)
# That something is left to do, as of now; a check, or what is to be kept up, is none of the finding.
_CHECKED = (
    r"(?:seen|verified|monitored|observed|maintained|confirmed|kept|reviewed|checked|evaluated|assessed|inspected|watched"
    r"|followed|sustained)"
)
_LEFT = re.compile(
    rf"\b(?:is|are|remains?) (?:still |yet )to be (?!{_CHECKED})[a-z]+|\bremains? to be (?!{_CHECKED})[a-z]+"
    r"|\b(?:has|have) (?:still )?not (?:yet )?been [a-z]+ yet|\b(?:has|have) (?:not yet|yet to) (?:been|be) (?!found|noted|needed"
    r"|used|seen|met)[a-z]+"
    r"|(?:尚待|有待)(?!下次|后续|进一步[观验跟]|[验确观跟检考评])|(?:仍|还|尚)需(?!要?(?:继续|保持|持续|加强|关注|维持|定期|每|注意|日常|长期|坚持|巩固|验证|跟踪|观察))"
    r"|(?:尚|还)(?:未(?!发现|发生|见|收到|到期|过期|满|使用|启用|投产|投入|出现|有人|接到|入职|安装的|签订的|完成的|整改的)"
    r"|没有?(?=安装|修复|整改|完成|更换|签订|参保|培训|补|维修|张贴|配备|提供|落实))"
)
# "No exit was still without a sign": the sentence says the opposite.
_DENIED = re.compile(
    r"(?:\b(?:no|none|nobody|nothing|never|not)\b[^.;,]{0,40}|(?:未发现|未见|没有|不再|无|上次|之前|此前|原先|原来|当时)[^,。;]{0,12})$"
)
_DONE = r"(?:corrected|fixed|installed|resolved|repaired|renewed|completed|rectified|eliminated|replaced|remedied|removed)"
_FIXED = re.compile(
    rf"(?:\ball\b[^.;,]{{0,60}}\b(?:has|have|had|were|was|are|is)\b (?:now |since )?(?:been )?"
    rf"|\b(?:has|have|had|were|are) (?:now |since )?all (?:now )?(?:been )?){_DONE}"
    r"(?= *(?:$|[.;]|, and\b|on (?:the )?\d|on [a-z]+ \d|by the (?:day|time|date|end)|before the|at the time|during the audit|since))"
    r"|(?:(?:现|均|都)已(?:经)?|已(?:经)?(?=[^,。;]{0,16}(?:全部|均|都)))(?:于[^,。;]{0,14}?)?(?:全部|均|都|全)?"
    r"(?:安装|修复|整改|完成|消除|更换|维修|纠正|解决|补齐|补办|补签|到位|改善)(?:完毕|完成|到位|好)?(?= *(?:$|[,。;]))"
)
# What a text with something left to correct says of it: where it does, what is done is another thing.
_WRONG = re.compile(
    r"\b(?:no|not|none|without|lack\w*|missing|insufficient|too|only|few|expired|blocked|locked|broken(?= *(?:[.,;]|$))|exceed\w*|fail\w*"
    r"|incomplete|again|inadequate|guards? ha(?:d|ve) been removed)\b|n't\b|未|没|无|缺|不|仅|只|过期|堵|锁|损坏(?!的)|超|失效|拆除"
)
_ALL_FIXED = re.compile(
    r"\ball (?:of )?(?:the |these )?(?:\w+ )?(?:findings|issues|points|problems|defects|non-?conformities) (?:have|had|were|are) (?:now )?"
    r"(?:been )?(?:corrected|fixed|closed|resolved)\b|(?:所有|全部)(?:的)?(?:上述)?(?:问题|发现|不符合项?|缺陷)[点项]?(?:现|均|都|全部)?已[^,。;]{0,6}(?:整改|改善|解决|纠正|关闭)"
    r"|(?:问题|隐患|不符合项?|缺陷)[点项]?(?:现|均|都)?已(?:经)?(?:于[^,。;]{0,14}?)?全部(?:整改|改善|解决|纠正|关闭|消除)"
)
_BUT = re.compile(
    r"\b(?:but|however|though|although|yet|except|still|other)\b|但|然而|不过|仍|尚|(?<![消清拆解扣排])除|其[他余]|上次|此前"
)


# "Not corrected. ... The principle is now respected.": a sentence of its own, without "but".
_RESPECTED = re.compile(
    r"(?:^|[.;\n] *)(?:so |thus |therefore,? )?(?:the|this) (?:principle|requirement)s? (?:is|are|was|has been) (?:now |therefore |thus |fully )*"
    r"(?:respected|met|fulfilled|complied with)(?: now)?(?= *(?:$|[.;]))"
    r"|(?:^|[,。;\n] *)(?:因此,?|故)?(?:该|此|本)(?:项|条)?(?:原则|要求)(?:目前|现|现在|均|都|已经?)*得到(?:了)?(?:遵守|满足|尊重|落实|遵循)(?= *(?:$|[。;]))"
)


@check
def status_facts(view: View) -> Iterator[Issue]:
    """A status that the text contradicts: corrected, but still missing; not corrected, but fixed."""
    found: dict[str, Issue] = {}
    for passage in view.passages:
        if passage.record and (said := _against_status(passage)):
            word, where, fact = said
            message = f'The status is "{word}", but the text says "{fact}".'
            one = issue("status_facts", "warning", message, (word, where), (fact, passage.where))
            # What both languages say is one issue.
            first = found.setdefault(passage.record.id, one)
            first.places += [p for p in one.places if p not in first.places]
    yield from found.values()


def _against_status(passage: Passage) -> tuple[str, str, str] | None:
    """The status of a text, the place where it stands, and the words that contradict it."""
    start, end = passage.current
    text, low = passage.text[start:end], passage.low[start:end]
    words = lexicon.statuses(text, passage.lang)
    if not words:
        return _against_column(passage, low)
    word, kinds = words[0], {w.status for w in words}
    rest = low[: word.start] + " " * (word.end - word.start) + low[word.end :]
    match = None
    if kinds == {"corrected"}:
        match = _left(rest, _STILL, _LEFT)
    elif word.status == "not_corrected":
        match = None if _BUT.search(rest) else _ALL_FIXED.search(rest)
        if match is None and len(kinds) == 1:
            fixed = not _WRONG.search(rest) and not _BUT.search(rest) and _FIXED.search(rest)
            match = fixed or (None if _HOWEVER.search(rest) else _RESPECTED.search(rest))
    if not match:
        return None
    fact = text[match.start() : match.end()].strip(" .,;:。，；\n")
    return text[word.start : word.end], passage.where, fact


_HOWEVER = re.compile(r"\b(?:but|however|though|although|except)\b|但|然而|不过")


def _against_column(passage: Passage, low: str) -> tuple[str, str, str] | None:
    """The same where no text names a status, but a column does. What is left to do may be of the time
    before; that it is so still is not."""
    record = passage.record
    if not record or record.given.status != "corrected":
        return None
    if any(_names_status(record, lang) for lang in LANGS):
        return None
    match = _left(low, _STILL)
    where = passage.where.rpartition(",")[0]
    return match and ("corrected", f"{where}, status", low[match.start() : match.end()])


def _left(text: str, *forms: re.Pattern[str]) -> re.Match[str] | None:
    """The first words that say that something is not done, and are not denied themselves."""
    return next((m for form in forms for m in form.finditer(text) if not _denied(text, m)), None)


def _denied(text: str, match: re.Match[str]) -> bool:
    return _DENIED.search(text[max(0, match.start() - 50) : match.start()]) is not None


@check
def status_between_languages(view: View) -> Iterator[Issue]:
    """Facts of a follow-up that only one language gives a status to, counted once a report."""
    silent = [
        r for r in view.records if _names_status(r, "zh") and r.en and not _names_status(r, "en")
    ]
    if len(silent) >= 2:
        listed = ", ".join(str(r.given.question or r.id) for r in silent)
        message = f"In {len(silent)} findings only the Chinese names a status: {listed}."
        yield issue(
            "status_between_languages", "note", message, (listed, view.place(silent[0], "zh"))
        )


def _names_status(record: Analysis, lang: Lang) -> bool:
    text = record.en if lang == "en" else record.zh
    return bool(text and lexicon.statuses(text[slice(*split_states(text, lang).current)], lang))
