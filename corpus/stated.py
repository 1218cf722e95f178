"""What a finding's text states about itself: its two states, its status word, its rating word.

Only the auditor's own words are read here, at the head of the current state or in a sentence about
the finding ("the issue has been closed"); facts are left to the classifier. So "not corrected
because", "the new door was closed" and "must be corrected" are told apart by where they stand.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .labels import LANGS, Answer, Lang, Status
from .schema import Text

# --- previous and current state -------------------------------------------------------------

_FINDING = (
    r"(?:findings?|issues?|observations?|non-?\s?(?:compliance|conformit)(?:y|ies|es|s)?|NCs?)"
)
_AUDIT = r"(?:audit|monitoring|assessment|visit|inspection)"
_ASIDE = r"(?:\s*[（(][^（()）\n]{0,60}[)）])?\s*[:：]"
_PREVIOUS = {
    "en": re.compile(
        rf"(?i)\b(?:(?:previous|last|earlier|prior|original|initial|former)\s+(?:{_AUDIT}\s+)?"
        rf"(?:{_FINDING}|status|situation|state)|{_FINDING}\s+(?:of|in|from|at|during)\s+"
        rf"(?:the\s+)?(?:previous|last|initial)\s+{_AUDIT}|(?:previous|last)\s+{_AUDIT}){_ASIDE}"
    ),
    "zh": re.compile(
        r"(?:上次|上一次|之前|以往|前次|前期|原|初次|首次)(?:的)?(?:审核|验厂|检查|监测)?(?:中)?(?:的)?"
        r"(?:发现|问题|不符合|状态|状况|情况|缺失)(?:点|项|事项)?" + _ASIDE
    ),
}
_CURRENT = {
    "en": re.compile(
        rf"(?i)\b(?:(?:current|present|actual)\s+(?:{_AUDIT}\s+)?(?:status|situation|state|{_FINDING})"
        rf"|(?:status|result|{_FINDING})\s+(?:of|in|at|during|from)\s+(?:this|the\s+current)\s+{_AUDIT}"
        rf"|follow\s?-?\s?up\s+(?:{_AUDIT}\s+)?(?:status|results?|{_FINDING})"
        rf"|(?:this|current)\s+{_AUDIT}){_ASIDE}"
    ),
    "zh": re.compile(
        r"(?:(?:目前|当前|现在|现时|本次|此次|这次)(?:的)?(?:审核|验厂|检查|监测|跟进)?(?:中)?(?:的)?"
        r"(?:状态|状况|情况|现状|结果|发现|问题)(?:点|项)?|现状|(?:跟进|跟踪|复审|整改|改善)(?:审核)?"
        r"(?:结果|情况|状态|状况)|本次审核|此次审核)" + _ASIDE
    ),
}


def split_states(text: str, lang: Lang) -> Text:
    """The text with the spans of its current and its earlier state, by their labels ("Previous
    finding: … Current status: …"); labels lie outside the spans. Where nothing divides the text,
    all of it is current."""
    now = _label(_CURRENT[lang], text)
    before = _label(_PREVIOUS[lang], text)
    previous = None
    if now and (before is None or before.start() < now.start()):
        current = _trimmed(text, now.end(), len(text))
        previous = _trimmed(text, before.end() if before else 0, now.start())
    elif now and before:
        current = _trimmed(text, now.end(), before.start())
        previous = _trimmed(text, before.end(), len(text))
    elif before and (turn := _turn(text, before.end(), lang)):
        current = _trimmed(text, turn, len(text))
        previous = _trimmed(text, before.end(), turn)
    else:
        return Text.whole(text)
    if current[0] == current[1]:  # cut off behind the label: what is there must do
        return Text.whole(text)
    return Text(
        text=text, current=current, previous=previous if previous[0] < previous[1] else None
    )


_BARE = re.compile(
    r"(?i)(?:this|current|previous|last|本次|此次)\s*(?:audit|monitoring|assessment|visit|inspection|审核)"
)


def _label(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first label; one that names no more than the audit ("made up for this audit: …") only where
    a sentence starts."""
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - 64) : match.start()].rstrip()
        if not _BARE.match(match[0]) or not before or before[-1] in '.!?;。！？；)）"”':
            return match
    return None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return start, max(start, start + len(part.strip()))


def _turn(text: str, start: int, lang: Lang) -> int | None:
    """Where the sentence starts that opens with a status word, after an earlier finding."""
    for match in re.finditer(r"(?:[.!?;](?=\s)|[。！？；\n])\s*", text[start:]):
        at = start + match.end()
        if _head(text[at : at + 200], lang):
            return at
    return None


# --- status ---------------------------------------------------------------------------------

_DONE = {
    "en": r"(?:corrected|rectified|improved|closed|resolved|remediated|remedied|addressed|fixed"
    r"|completed|implemented|eliminated)",
    "zh": r"(?:改善|整改|纠正|改进|改正|关闭|解决|落实)",
}
_STATUS: dict[Lang, tuple[tuple[Status, str], ...]] = {
    "en": (
        (
            "partially_corrected",
            r"(?:only\s+)?(?:partially|partly|partial)\s+{done}|{done}\s+(?:in\s+part|partially|partly)"
            r"|not\s+(?:been\s+)?(?:fully|completely|entirely|totally)\s+(?:been\s+)?{done}"
            r"|(?:partial|some)\s+(?:improvement|correction|progress)",
        ),
        (
            "not_corrected",
            r"(?:still\s+|yet\s+)?not\s+(?:yet\s+)?(?:been\s+)?(?:yet\s+)?{done}|uncorrected|unresolved"
            r"|unchanged|no\s+(?:improvements?|corrections?|progress|change)|(?:still|remain(?:s|ed)?)\s+"
            r"(?:open|unchanged|outstanding|uncorrected|unresolved)|open|outstanding"
            r"|repeat(?:ed)?\s+(?:finding|issue|non-?compliance)|recurring\s+(?:finding|issue)",
        ),
        (
            "corrected",
            r"(?:(?:fully|completely|already|now|all|effectively)\s+)*(?:been\s+)?{done}",
        ),
        ("new", r"new\s+(?:finding|issue|observation|non-?compliance|non-?conformity)"),
    ),
    "zh": (
        (
            "partially_corrected",
            r"(?:已|已经|得到|得到了)?部分(?:的)?(?:已|已经|得到|得到了|有所|完成)?{done}|有所{done}"
            r"|(?:仍|尚|还)?(?:未|没有|未能)(?:得到)?(?:完全|全部|彻底|全面)(?:得到)?{done}"
            r"|(?:有)?一定(?:程度)?的?{done}",
        ),
        (
            "not_corrected",
            r"(?:仍|仍然|尚|还|依然|依旧|目前|暂|均|都|一直|至今)*(?:未|没有|未能|没能|没|未有|无)"
            r"(?:得到|进行|作出|做出|被|予以|及时|有效|任何|完成)*{done}(?:完成|完毕|到位)?"
            r"|(?:仍|仍然|依然|依旧)(?:未完成|存在|开放)|重复(?:问题|发现)(?:点|项)?|再次出现的问题"
            r"|无进展|没有进展|未关闭|未完成",
        ),
        (
            "corrected",
            r"(?:(?:均|都|全部|完全|现)?(?:已经|已)|全部|完全|得到)(?:均|都|全部|完全|得到|进行|予以"
            r"|被|有效|完成|了)*{done}(?:完成|完毕|到位)?|{done}(?:工作)?(?:已经|已)?(?:完成|完毕|到位)"
            r"|关闭",
        ),
        ("new", r"新(?:发现|问题|增问题|增发现|增不符合)(?:点|项)?"),
    ),
}
# What may follow the words: the end of the clause, or a word that goes on to say when or why.
_AFTER = {
    "en": r"(?=\s*(?:[.,;:!)\]】—–\n，。；：（(-]|$)|\s+(?:because|since|as|in|on|at|by|during|based|upon"
    r"|but|and|with|via|through|according|after|although|for|this|yet|from)\b)",
    "zh": r"(?:了|的)?(?=\s*(?:[。，,.；;：:！、（()）\]】—\n-]|$)|\s*(?:根据|经|在|但|通过|由于|因|于|基于|且"
    r"|本次|此次|审核|工厂|被审核|公司|企业))",
}
_SUBJECT = {
    "en": rf"(?:(?:the|this|these|all|that|above|said|previous|last|earlier|mentioned|audit|remaining|other)\s+){{0,4}}"
    rf"(?:{_FINDING}|points?|items?|deficienc(?:y|ies)|gaps?|problems?)"
    r"(?:\s+(?:of|from|in|at|during|raised|identified|noted|found|mentioned)\s[^.;:,，。；\n]{1,60}?)?"
    r"\s+(?:(?:has|have|had)\s+(?:been\s+)?|is\s+|are\s+|was\s+|were\s+|remains?\s+|remained\s+)"
    r"(?:(?:therefore|thus|now|already|still|considered|regarded\s+as|considered\s+as)\s+){0,3}",
    "zh": r"(?:该|此|上述|上次|前次|以上|本|之前|原|这些|所有|其余|其他|剩余|余下)[^。；，,;\n]{0,20}?"
    r"(?:问题|发现|不符合|缺失|违规)(?:点|项)?"
    r"(?:目前|现在|现|经核实|经现场验证|经现场核实|在?本次审核中|在?此次审核中){0,3}",
}
_LABELLED = {
    "en": r"(?:^|(?<=[.;,:\n]\s)|(?<=\n))(?:the\s)?(?:(?:current|overall|audit|finding|follow-up|CAP)\s)?"
    r"(?:status|result|conclusion)\s{0,5}(?:[:：=]|\bis\b|\bwas\b)\s{0,5}",
    "zh": r"(?:^|(?<=[。；，,;\n\s]))(?:整改|改善|跟进|目前|当前|审核|该项|此项|该点){0,2}的?"
    r"(?:状态|结果|结论|情况|进展)\s{0,5}(?:[:：]|为|是)\s{0,5}",
}
_OPENING = {
    "en": r"[\s\"'“‘*•\[【(（-]*(?:\(?\d{1,2}[.)、](?!\d)\s*)?"
    r"(?:[A-Za-z -]{0,20}(?:status|result|finding|conclusion|audit|update|CAP)s?\s*[:：]\s*)?[\"'“‘]?",
    "zh": r"[\s“*•\[【(（-]*(?:[（(]?\d{1,2}[.)）、](?!\d)\s*)?"
    r"(?:[\u4e00-\u9fff]{0,8}(?:状态|状况|结果|情况|结论|发现|进展|现状)\s*[:：]\s*)?“?",
}
_SUPPOSED = re.compile(
    r"(?i)(?:\b(?:if|unless|once|when|until|whether|should|must|to\s+be|in\s+case)\b|如果|若|如|一旦|直到)"
    r"[^.。;；]*$"
)


def _compiled(lang: Lang, before: str) -> tuple[tuple[Status, re.Pattern[str]], ...]:
    return tuple(
        (status, re.compile(f"(?i){before}(?:{words.format(done=_DONE[lang])}){_AFTER[lang]}"))
        for status, words in _STATUS[lang]
    )


_LANGS: tuple[Lang, Lang] = ("en", "zh")
_HEADS = {lang: _compiled(lang, _OPENING[lang] + f"(?:{_SUBJECT[lang]})?") for lang in _LANGS}
_STATEMENTS = {
    lang: _compiled(lang, f"(?:{_LABELLED[lang]}|{_SUBJECT[lang]})[\"'“‘]?") for lang in _LANGS
}
_POINTS = {
    "en": re.compile(r"(?:^|(?<=[\s.;)]))\(?\d{1,2}[.)](?!\d)\s"),
    "zh": re.compile(r"(?:^|(?<=[\s。；）]))[（(]?\d{1,2}[.)）、](?!\d)"),
}
# Without one of these no statement of a status (below: of a rating) stands in a text.
_STATUS_NOUNS = {
    "en": tuple(
        "finding|issue|observation|complian|conformit|nc |ncs |point|item|deficienc|gap|problem|status"
        "|result|conclusion".split("|")
    ),
    "zh": ("",),
}


# A statement about a part of the finding, and what tells that another part is done or is not.
_PART = {
    "en": re.compile(
        r"(?i)\b(?:remaining|other|rest)\b|\b(?:of|in|at|for|from|on)\s+(?:the|that|this|these|those|line|block|building)\b(?!\s+(?:last|previous|initial|first|audit|report|visit))"
    ),
    "zh": re.compile(
        r"其余|其他|剩余|余下|该(?:班?组|车间|部门?|科|线|栋|楼|层|厂区|区域|工序|工段|点位|班|岗位|仓库|宿舍)"
    ),
}
_SIGN: dict[Lang, dict[Status, re.Pattern[str]]] = {
    "en": {
        "not_corrected": re.compile(
            r"(?i)\b(?:has|have|had|is|are|were|was)\s+(?:now\s+|since\s+|all\s+)*(?:been\s+)?"
            r"(?!not\b)(?:\w+ed|built|put|given|hung|laid)\b"
        ),
        "corrected": re.compile(
            r"(?i)\b(?:still|yet)\b[^.;]{0,40}\b(?:not|no|lack\w*|missing|without)\b|\bnot yet\b|\bremains? \w+"
        ),
    },
    "zh": {
        "not_corrected": re.compile(
            r"(?<![未没])已经?[^，。；]{0,8}(?:安装|加装|建立|配备|提供|完成|设置|张贴|签订|补|更换|培训|清理"
            r"|更新|制定|修|购|缴|发放|检测|取得|登记|整改|改善|纠正|关闭|解决|落实)"
        ),
        "corrected": re.compile(r"(?:仍|尚|还|依然|依旧)(?:然)?(?:未|没有|无|缺)"),
    },
}


def stated_status(text: str, lang: Lang) -> Status | None:
    """The status that the text itself names for its current state, or None.

    Where numbered points open with different status words, or a statement is about one part ("the issue in
    the dye house remains open") beside another that is otherwise, the finding is partially corrected.
    """
    current = _current(text, lang)
    if opening := _opening(current[:300], lang):
        end, status = opening
        if _is_part(current, 0, end, status, lang):
            return "partially_corrected"
        others = {
            _head(current[m.start() : m.start() + 300], lang)
            for m in _POINTS[lang].finditer(current)
        }
        return "partially_corrected" if len(others - {None, status}) else status
    if not _holds(current, _STATUS_NOUNS[lang]):
        return None
    found: list[tuple[int, int, Status]] = [
        (match.start(), match.end(), status)
        for status, pattern in _STATEMENTS[lang]
        for match in pattern.finditer(current)
        if not _SUPPOSED.search(current[max(0, match.start() - 100) : match.start()])
    ]
    if not found:
        return None
    start, end, status = min(found)
    return "partially_corrected" if _is_part(current, start, end, status, lang) else status


def _is_part(text: str, start: int, end: int, status: Status, lang: Lang) -> bool:
    """Whether a statement is about a part of the finding, beside another that is otherwise."""
    sign = _SIGN[lang].get(status)
    if not sign or not _PART[lang].search(text, start, end):
        return False
    return bool(sign.search(text[:start]) or sign.search(text[end:]))


def _opening(text: str, lang: Lang) -> tuple[int, Status] | None:
    """The status that a text opens with, and where its words end."""
    for status, pattern in _HEADS[lang]:
        if match := pattern.match(text):
            return match.end(), status
    return None


@lru_cache(64)  # status and rating are asked for one after the other
def _current(text: str, lang: Lang) -> str:
    return text[slice(*split_states(text, lang).current)]


def _holds(text: str, stems: tuple[str, ...]) -> bool:
    """Whether any of these stands in a text, whatever its case: a quick look that spares most texts
    the expressions."""
    folded = " ".join(text.casefold().split())
    return any(map(folded.__contains__, stems))


def _head(text: str, lang: Lang) -> Status | None:
    opening = _opening(text, lang)
    return opening and opening[1]


# --- rating ---------------------------------------------------------------------------------

_EN_OBJECT = (
    r"\s+(?:with\s+)?(?:this|the|these)\s+(?:BSCI\s+|amfori\s+)*"
    r"(?:principles?|requirements?|criteri(?:on|a)|questions?|clause)\b(?!\s+(?:of|in|for|under)\b)"
)
_EN_KEEPS = (
    r"(?:respect(?:s|ed)?|compl(?:y|ies|ied)|meets?|met|fulfil(?:l?s|led)?|observ(?:es?|ed)|follow(?:s|ed)?"
    r"|satisf(?:y|ies|ied)|adher(?:es?|ed))"
)
_ZH_KEEPS = r"(?:遵守|尊重|遵循|达到|符合|满足|遵从|做到)"
_ZH_OBJECT = r"(?:到|了)?(?:该|此|本|这)(?:一)?(?:项|条|个)?(?:领域|绩效)?(?:的)?(?:原则|要求|准则|条款|规定|标准)"
_SAYS = {
    "en": r"\b(?:rated|answered|scored|assessed|evaluated|graded|marked)\s+(?:as\s+)?[\"“'‘]?"
    r"|\b(?:rating|answer)\s*[:：]\s*[\"“'‘]?",
    "zh": r"(?:评为|评级为|评定为|判定为|回答为|(?:评级|评分|答案|判定)\s*[:：])\s*[\"“‘']?",
}
_RATINGS: dict[Lang, tuple[tuple[Answer, re.Pattern[str]], ...]] = {
    "en": (
        (
            "partially",
            re.compile(
                rf"(?i)\b(?:partially|partly)\s+{_EN_KEEPS}{_EN_OBJECT}"
                rf"|(?:\bnot|n['’]t)\s+(?:fully|completely|entirely)\s+{_EN_KEEPS}{_EN_OBJECT}"
                rf"|(?:{_SAYS['en']})partial(?:ly)?\b"
            ),
        ),
        (
            "no",
            re.compile(
                rf"(?i)(?:\b(?:not|never)|n['’]t)\s+{_EN_KEEPS}{_EN_OBJECT}"
                rf"|\bfail(?:s|ed)?\s+to\s+{_EN_KEEPS}{_EN_OBJECT}|(?:{_SAYS['en']})no\b"
            ),
        ),
        ("not_applicable", re.compile(rf"(?i)(?:{_SAYS['en']})(?:not\s+applicable|n/?a)\b")),
        (
            "yes",
            re.compile(rf"(?i)\b(?:fully\s+)?{_EN_KEEPS}{_EN_OBJECT}|(?:{_SAYS['en']})yes\b"),
        ),
    ),
    "zh": (
        (
            "partially",
            re.compile(
                rf"部分(?:地)?{_ZH_KEEPS}{_ZH_OBJECT}|(?:未|没有|未能|不)(?:完全|全部){_ZH_KEEPS}{_ZH_OBJECT}"
                rf"|(?:{_SAYS['zh']})部分"
            ),
        ),
        (
            "no",
            re.compile(
                rf"(?:没有|未能|未|没能|没|不|并未){_ZH_KEEPS}{_ZH_OBJECT}|(?:{_SAYS['zh']})(?:否|不符合)"
            ),
        ),
        ("not_applicable", re.compile(rf"(?:{_SAYS['zh']})不适用")),
        ("yes", re.compile(rf"{_ZH_KEEPS}{_ZH_OBJECT}|(?:{_SAYS['zh']})(?:是|符合)")),
    ),
}
_RATING_WORDS = {
    "en": tuple(
        "principle|requirement|criteri|question|clause|rated|answer|scored|assessed|evaluated|graded|marked"
        "|rating".split("|")
    ),
    "zh": ("",),
}


def stated_rating(text: str, lang: Lang) -> Answer | None:
    """The answer to the audit question that the text names for its current state, or None."""
    current = _current(text, lang)
    if not _holds(current, _RATING_WORDS[lang]):
        return None
    found: list[tuple[int, int, Answer]] = [
        (match.end(), rank, answer)
        for rank, (answer, pattern) in enumerate(_RATINGS[lang])
        if (match := pattern.search(current))
    ]
    return min(found)[2] if found else None


def stated(texts: dict[Lang, Text]) -> tuple[Status | None, Answer | None]:
    """The status and the rating that the texts themselves name; the English, where it does, binds."""
    status: Status | None = None
    rating: Answer | None = None
    for lang in LANGS:
        if lang in texts:
            status = status or stated_status(texts[lang].text, lang)
            rating = rating or stated_rating(texts[lang].text, lang)
    return status, rating
