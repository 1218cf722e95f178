"""Words that turn what agrees into its contrary: at most 8 and at least 8, until and from the same day,
weekly and monthly, men and women.

Each is reported only where both halves of a bead have one such word, and nothing else in them could
account for it: a negation, another word of the kind, the same fact twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ...corpus.labels import LANGS, DefectType, Lang
from ...corpus.schema import Bead, Defect
from ..bitext import Span
from . import lexicon
from .amounts import same_number
from .facts import equal
from .pair import Pair, quote
from .pairing import by_bead
from .values import DateValue, Value

SURE = 0.72  # confidence of what is reported


class Word(NamedTuple):
    """A word at [start, end), in lower case, and what it says."""

    start: int
    end: int
    says: str

    @property
    def span(self) -> Span:
        return self.start, self.end


def contrary(pair: Pair) -> list[Defect]:
    """What the two texts say the contrary of though their facts agree."""
    facts: dict[Lang, dict[int, list[Fact]]] = {lang: by_bead(_facts(pair, lang)) for lang in LANGS}
    found = []
    for k, bead in enumerate(pair.beads):
        if bead.en and bead.zh:
            here = {lang: facts[lang].get(k, []) for lang in LANGS}
            found += _in(pair, bead, here["en"], here["zh"])
    return found


def _in(pair: Pair, bead: Bead, en: list[Fact], zh: list[Fact]) -> Iterator[Defect]:
    contraries = (
        *_bounds(pair, bead, en, zh),
        *_often(pair, bead, {"en": _days(en), "zh": _days(zh)}),
        *_sexes(pair, bead),
    )
    for type_, here, there in contraries:
        if pair.free("en", here) and pair.free("zh", there):
            clauses = _clause(pair, here, "en"), _clause(pair, there, "zh")
            said = [quote(pair.text(c, lang)) for c, lang in zip(clauses, LANGS, strict=True)]
            message = "English says {}, Chinese says {}.".format(*said)
            yield pair.defect(type_, "warning", SURE, message, here, there)
            for clause, lang in zip(clauses, LANGS, strict=True):
                pair.claim(lang, clause)  # that it is contrary is said


Fact = Value | DateValue
Found = tuple[DefectType, Span, Span]


def _clause(pair: Pair, span: Span, lang: Lang) -> Span:
    """The clause that a passage begins in."""
    sentence = next((s for s in pair.scope(lang) if s[0] <= span[0] < s[1]), span)
    return next((c for c in pair.clauses([sentence], lang) if c[0] <= span[0] < c[1]), sentence)


def words_of(pair: Pair, bead: Bead, lang: Lang, pattern: re.Pattern[str]) -> list[Word]:
    """What a pattern finds in a half: its groups name what the words say."""
    return [
        Word(m.start(), m.end(), m.lastgroup or "")
        for a, b in pair.spans(bead, lang)
        for m in pattern.finditer(pair.low[lang], a, b)
    ]


# --- bounds --------------------------------------------------------------------------------------

Way = Literal["up", "down", ""]
_WAYS: dict[str, Way] = {
    "at_least": "up",
    "more_than": "up",
    "at_most": "down",
    "less_than": "down",
}
# What may put a bound on a number: exactly one of them in each half, or "limited to 36" may be "exceeds 36".
_BOUND: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:(?:no|not|n't)\b[a-z ]{0,8}\b(?:more|less|fewer|longer|exceed\w*|over|below|under|above)(?: than)?"
        r"|(?:more|less|fewer|longer|greater|higher|lower|shorter) than|exceed\w*|limit\w*|cap|maxim\w*|minim\w*|allow\w*"
        r"|permit\w*|over|above|beyond|excess|under|below|at (?:most|least)|up to|within|surpass\w*|or (?:more|less|fewer|over|above))\b"
    ),
    "zh": re.compile(
        r"[不未没]?(?:得|应|能|可|有)?(?:超[过出标时]?|逾|[高低多少大小长短]于|足(?=\d)|到(?=\d)|满(?=\d))|限|最[多少高低大小长短]|至[多少]|起码|以[上下内外]|之内|内|余"
    ),
}
# Words right before and right behind a day that say from when or until when something holds.
_BEFORE: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:(?P<up>after|since|later than|(?:effective|starting|valid) from)"
        r"|(?P<down>until|till|before|prior to|up to)) (?:the )?$"
    ),
    "zh": re.compile(r"(?:(?P<down>截至|截止到?|有效期[至到]|不迟于|不晚于|最迟)|(?P<up>晚于))$"),
}
_BEHIND: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"(?: of (?:each|every|the) month)? (?:(?P<up>onwards?|or later)|(?P<down>or earlier))\b"
    ),
    "zh": re.compile(
        r"[日号]?(?:(?P<up>(?:之后|以后|后)(?![勤续整道端面台])|以来|起)|(?P<down>(?:之前|以前|前)(?![往来台后提述])|为?止|截止))"
    ),
}
# Beside these the other half may tell of the time on the other side of the same day, or of what ended then.
_TWO_TIMES: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:since|after\w*|then\w*|before|until|till|earlier|previous\w*|former\w*|prior|onwards?|from|later)\b"
    ),
    "zh": re.compile(r"此[前后]|[之以][前后]|后来|随后|原|[日月年号][前后]|以来|起|至今|止|截"),
}
_ENDS: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:stop|end|ceas|left|leav|resign|retir|clos|terminat|expir|replac|chang|switch|remov|delet|destroy|discard|kept|keep"
        r"|stor|postpon|delay|late\b|overdue|dismiss|finish|complet)"
    ),
    "zh": re.compile(
        r"停|离|辞|退|结束|关闭|终|解[除雇聘]|调|换|改|搬|拆|删|销毁|清|保[存留]|到期|过期|延|逾|迟|完"
    ),
}


def _bounds(pair: Pair, bead: Bead, en: list[Fact], zh: list[Fact]) -> Iterator[Found]:
    """Facts that both halves state once, with bounds that exclude each other."""
    if any(words_of(pair, bead, lang, _ENDS[lang]) for lang in LANGS):
        return
    for mine in en:
        theirs = [o for o in zh if _same(mine, o)]
        if len(theirs) == 1 and sum(_same(o, theirs[0]) for o in en) == 1:
            ways = {_way(pair, bead, mine, "en"), _way(pair, bead, theirs[0], "zh")}
            if ways == {"up", "down"}:
                yield _type(mine), mine.span, theirs[0].span


def _type(item: Fact) -> DefectType:
    if isinstance(item, DateValue):
        return "date_mismatch"
    return "percent_mismatch" if item.kind == "percent" else "number_mismatch"


def _facts(pair: Pair, lang: Lang) -> list[Fact]:
    """What a text states, ranges left out."""
    stated = pair.stated[lang]
    exact = [v for v in stated.values if not v.soft and v.upper is None]
    return [*exact, *(d for d in stated.dates if not d.last)]


def _days(facts: list[Fact]) -> list[DateValue]:
    return [fact for fact in facts if isinstance(fact, DateValue)]


def _same(a: Fact, b: Fact) -> bool:
    if isinstance(a, Value) and isinstance(b, Value):
        return same_number(a, b)
    return type(a) is type(b) and equal(a, b)


def _way(pair: Pair, bead: Bead, item: Fact, lang: Lang) -> Way:
    """Whether what holds lies above or below a number, after or before a day; "" where no word says so,
    or where another one may turn it round."""
    low = pair.low[lang]
    if isinstance(item, Value) and item.bound:
        bounds = words_of(pair, bead, lang, _BOUND[lang])
        if len(bounds) != 1 or lexicon.may_negate(_without(pair, bead, lang, bounds), lang):
            return ""
        return _WAYS.get(item.bound, "")
    if isinstance(item, Value) and item.kind not in ("monthday", "count", "name"):
        return ""
    # "was not paid until the 15th" is paid after it: what only looks like a negation counts here, too.
    if lexicon.may_negate(_without(pair, bead, lang, []), lang):
        return ""
    found = [
        _BEFORE[lang].search(low, max(item.start - 24, 0), item.start),
        _BEHIND[lang].match(low, item.end),
    ]
    marks = [m for m in found if m]
    if len(marks) != 1 or len(words_of(pair, bead, lang, _TWO_TIMES[lang])) > 1:
        return ""
    return "up" if marks[0]["up"] else "down"


# --- how often -----------------------------------------------------------------------------------

_EACH = r"(?:every|each|once (?:a|per|every|each)) "
_OFTEN: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        rf"\b(?:(?P<day>daily|{_EACH}day)|(?P<week>weekly|{_EACH}week)|(?P<month>monthly|{_EACH}month)"
        rf"|(?P<quarter>quarterly|{_EACH}quarter)|(?P<year>annually|yearly|{_EACH}year)"
        rf"|(?P<years>{_EACH}(?:two|2) years|biennially))(?! (?:wages?|salar|pay|hours?|leave|rest|overtime|report|limit|average|quota|target))\b"
    ),
    "zh": re.compile(
        r"每(?:(?P<day>[天日])|(?P<week>周|个?星期)|(?P<month>个?月)|(?P<quarter>个?季度?)|(?P<year>年)|(?P<years>[两2二] ?年))"
        r"(?![\d一二两三四五六七八九十末初中底内工平])"
    ),
}
# What speaks of a span of time at all: where the other half speaks of the same one, the two may tell of two
# things (3 hours a day, 92 a month).
_SPAN: dict[str, tuple[str, str]] = {
    "day": (r"\bda(?:y|il)|shift", "[天日班]"),
    "week": ("week|fortnight", "周|星期|礼拜"),
    "month": ("month", "月"),
    "quarter": ("quarter", "季"),
    "year": (r"year|annu|\bannum|bienn", "年"),
    "years": (r"\btwo|\b2\b|bi-?(?:enn|ann)|twice|other", "[两2二双]"),
}
_COUNTED: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:twice|times|half|other|\w+ (?:days|weeks|months)|bi-?\w+ly)\b"),
    "zh": re.compile(
        r"[两二三四五六七八九十\d] ?[次回遍]|半|隔|[\d两二三四五六七八九十] ?(?:个月|周|天|日)"
    ),
}


def _often(pair: Pair, bead: Bead, days: dict[Lang, list[DateValue]]) -> Iterator[Found]:
    """How often something is done, where each half says it once and neither speaks of the other's span."""
    en, zh = (words_of(pair, bead, lang, _OFTEN[lang]) for lang in LANGS)
    if len(en) != 1 or len(zh) != 1 or en[0].says == zh[0].says:
        return
    if any(words_of(pair, bead, lang, _COUNTED[lang]) for lang in LANGS):
        return
    sides: list[tuple[Lang, Word, Word]] = [("en", en[0], zh[0]), ("zh", zh[0], en[0])]
    for lang, here, there in sides:
        rest = _without(pair, bead, lang, [here, *days[lang]])
        if re.search(_SPAN[there.says][lang == "zh"], rest):
            return
    yield "number_mismatch", en[0][:2], zh[0][:2]


def _without(pair: Pair, bead: Bead, lang: Lang, gone: Sequence[Word | DateValue]) -> str:
    """A half, in lower case, some of its passages left out."""
    said = []
    for start, end in pair.spans(bead, lang):
        text = pair.low[lang][start:end]
        for item in gone:
            if start <= item.start < end:
                a, b = item.start - start, item.end - start
                text = text[:a] + " " * (b - a) + text[b:]
        said.append(text)
    return "\n".join(said)


# --- men and women -------------------------------------------------------------------------------

SEX: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:(?P<man>males?|m[ae]n|boys?|fathers?|husbands?)|(?P<woman>females?|wom[ae]n|girls?|mothers?|wife|wives|ladies"
        r"|pregnan\w+|maternity)|(?P<either>s?he|him|his|hers?|sex\w*|gender\w*|parents?|sons?|daughters?))\b"
    ),
    "zh": re.compile(
        r"(?P<either>男女|父母|[子儿]女|女儿|儿子|性别|姑娘|太太|阿姨|小伙|爸|妈|[他她](?!们))|(?P<man>男|父亲|丈夫)|(?P<woman>女|母亲|妻|妇|孕|产假)"
    ),
}


def _sexes(pair: Pair, bead: Bead) -> Iterator[Found]:
    """Men of whom the other half speaks as women."""
    en, zh = (words_of(pair, bead, lang, SEX[lang]) for lang in LANGS)
    if {(w.says, v.says) for w in en for v in zh} in ({("man", "woman")}, {("woman", "man")}):
        yield "polarity_mismatch", en[0][:2], zh[0][:2]
