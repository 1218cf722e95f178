"""Headcounts: how many people, with the noun phrase that says which."""

from __future__ import annotations

import re
from functools import cache

from .normal import AGE, CJK, DATED, OPAQUE, N, pattern, tables, words
from .quantities import OFFICE, table_key, table_words
from .scan import Amount, Fact, Scan, stated


@cache
def _nouns() -> dict[str, str]:
    return {
        table_key(w): k
        for w, k in (table_words("person", "en") | table_words("person", "zh")).items()
    }


@cache
def _english() -> tuple[re.Pattern[str], frozenset[str], frozenset[str]]:
    """A word for people, the words that end their phrase, and the things with a person's ending."""
    listed, role = words(table_words("person", "en")), tables()["role"]["en"]
    noun = pattern(rf"(?:(?:ex|co|sub)-)?+(?P<noun>{listed}|(?P<role>{role}))(?![a-z]|-[a-z])")
    things = tables()["not_role"]["en"]
    return (
        noun,
        frozenset(tables()["not_between"]),
        frozenset([*things, *(f"{t}s" for t in things)]),
    )


_OPENING = pattern(r"(?: *+\([^()]{1,12}\))?+(?P<gap> ++|-)?")
_FILLER = pattern(
    rf"(?P<word>(?P<office>hr(?= +{OFFICE}))|[a-z][a-z'/&-]*+|{AGE}++)(?: +\([^()]{{1,16}}\))?,? +"
)
_JOINED = pattern(r"/|'s? *+| +(?:(?:or|and) +)?")


def noun_phrase(shadow: str, at: int) -> tuple[str, str, int] | None:
    """The people behind a number: the words before their noun, the (last) noun, and its end."""
    rule, stop, things = _english()

    def noun(at: int) -> re.Match[str] | None:
        m = rule.match(shadow, at)
        return None if m and m["role"] and (m["role"] in stop or m["role"] in things) else m

    opening = _OPENING.match(shadow, at)
    begin = at = opening.end() if opening else at
    words_between = 5 if opening and opening["gap"] else 0
    while not (found := noun(at)):
        step = _FILLER.match(shadow, at) if words_between else None
        if not step or (step["word"] in stop and not step["office"]):
            return _shared(shadow, begin)
        at, words_between = step.end(), words_between - 1
    filler = shadow[begin:at]
    while (join := _JOINED.match(shadow, found.end())) and (more := noun(join.end())):
        found = more
    return filler, table_key(found["noun"]), found.end()


@cache
def _kind() -> re.Pattern[str]:
    kinds = words(tables()["kind_of_people"])
    return pattern(rf"(?P<kind>{kinds})(?:,| +and| *&)++ +(?P<next>{N})(?= +{kinds} )")


def _shared(shadow: str, begin: int) -> tuple[str, str, int] | None:
    """Those of a kind whose noun stands with the next: 212 Khmer and 6 Chinese workers."""
    m = _kind().match(shadow, begin)
    found = noun_phrase(shadow, m.end("next")) if m else None
    return (m["kind"], found[1], m.end("kind")) if m and found else None


_THINGS = pattern(
    r"(?<![a-z])(?!sales|goods|accounts|logistics|plastics|electronics|resources|previous"
    r"|various|gas)"
    r"[a-z]+[^su' ]s,? "
)
_OF_WHOM = pattern(r" +of +whom(?![a-z])")
# Words that a worker and a tool share: one grinder works, one angle grinder is worked with.
_TOOLS = frozenset(
    f"{w}{s}"
    for w in "grinder sander cutter polisher drill driver trimmer welder".split()
    for s in ("", "s")
)
_TOOL = pattern(
    r"(?:^|[ -])(?:angle|bench|hand|hand-?held|disc|disk|belt|orbital|pneumatic|portable|cordless|laser|pedestal"
    r"|plasma|paper|wire|electric|surface|cylindrical|screw|impact|hedge|meat|tile|bolt|pipe) *$"
)
_SINGULAR_GO = pattern(
    r" *(?:$|[.,;:)(!?/]|(?:was|were|is|are|had|has|have|did|do|does|who|whose|that|which|in|at"
    r"|of|from|on|by|for|to|"
    r"with|without|and|or|but|because|only|out|said|could|not|per|didn|wore|under|as|each|also"
    r"|(?:[a-z]+(?:ed|ing)))\b)"
)


# The noun before its number: (male: 503; female: 745), men 503, women 745.
_LABELLED = pattern(
    r"(?<![a-z])(?P<noun>males?|females?|men|women)(?: +(?:workers|employees))?"
    r"(?: *: *|(?<=men) (?<!of men )(?<!for men )| +- +)$"
)
_LABEL_ENDS = pattern(r" *(?:$|[;,.)]|and(?![a-z]))")


def _headcount_en(scan: Scan, amount: Amount) -> Fact | None:
    m = _LABELLED.search(scan.before(amount.start, 24))
    if m and _LABEL_ENDS.match(scan.shadow, amount.end):
        start = amount.start - len(m[0])
        value = stated(scan, amount, start, amount.end, noun=_nouns()[m["noun"]])
        return Fact(start, amount.end, "HEADCOUNT", value)
    m = _OF_WHOM.match(scan.shadow, amount.end)
    if m:
        value = stated(scan, amount, amount.start, m.end())
        return Fact(amount.start, m.end(), "HEADCOUNT", value)
    found = noun_phrase(scan.shadow, amount.end)
    if not found:
        return None
    filler, last, end = found
    if _THINGS.search(filler) or (last in _TOOLS and _TOOL.search(filler)):
        return None
    listed = last in _nouns()
    if amount.value == 1 and filler and (_PLURAL.search(last) or last.endswith("s")):
        return None  # "one tip, ask people"
    if not listed and not last.endswith("s") and not _PLURAL.search(last):
        described = filler.split()  # one bottle containing rust remover is no person
        if amount.value != 1 or len(described) > 2 or any(w.endswith("ing") for w in described):
            return None
    if last in _COLLECTIVE or _PLURAL.search(last):
        described = _described(scan.shadow, end) and last in ("staff", "personnel")
    elif last.endswith("s"):
        described = False
    else:  # "2 worker dormitories" counts dormitories
        described = _described(scan.shadow, end)
        described |= amount.value != 1 and not _SINGULAR_GO.match(scan.shadow, end)
    if described:
        return None
    value = stated(scan, amount, amount.start, end, noun=_nouns().get(last))
    return Fact(amount.start, end, "HEADCOUNT", value)


_COLLECTIVE = frozenset(("staff", "personnel", "people", "children"))
_PLURAL = re.compile(r"(?:men|folk|people|staff)$")


@cache
def _not_people() -> re.Pattern[str]:
    return pattern(rf"(?:'s?)?[ -]+(?:{words(tables()['not_people'])})(?![a-z])")


def _described(shadow: str, at: int) -> bool:
    return bool(_not_people().match(shadow, at))


@cache
def _role() -> str:
    """A job by its ending, not in the list: 拌料工."""
    role = pattern(tables()["role"]["zh"]).pattern
    thing = words(tables()["not_role"]["zh"])
    return rf"(?:(?!{thing}|{_NO_NAME})[{CJK}] *+){{1,4}}?(?:{role})(?!{_NO_ROLE})"


# What makes a time say who people are (7名入职不足一个月的员工) and not what happened to them
# (7名连续工作16天的员工, where the headcount and the duration are two facts).
_STANDING = "[入来进到离在][职厂司岗场]|[工厂司]龄|孕|哺乳|产[后假]|试用|从业|接[触尘噪]|[工服][作务]满|[招录聘]用|参保|转正|实习"


@cache
def whose() -> str:
    """A clause that says by a time which people are meant: 来厂不足一个月的."""
    plain = f"[^{N[0]}{OPAQUE}{DATED}{AGE}a-z。;,.、:()《》?!%/]"
    days = words([w for k in ("day", "week", "month", "year") for w in tables()["time"][k]["zh"]])
    time = rf"(?:{N} *(?:[多余] *)?(?:{days})|{DATED}++(?: *[至到~-] *{DATED}++)?)"
    return rf"(?=(?:{plain}|{time}){{0,24}}?(?:{_STANDING}))(?:{plain}{{0,12}}?{time}){{1,2}}{plain}{{0,12}}?的 *"


@cache
def _bare_role() -> re.Pattern[str]:
    return pattern(rf" *+{_role()}")


@cache
def _chinese() -> re.Pattern[str]:
    no = words(tables()["not_people_zh"])
    filler = rf"(?:[^{N[0]}{OPAQUE}{DATED}a-z。;,.、:()《》?!%/]|(?<![a-z])[a-z]{{2,4}}(?![a-z])|{N}(?= *(?:[至到~-] *)?{AGE}))"
    people = f"(?:{words([w for w in table_words('person', 'zh') if len(w) > 1])})(?!人(?!均|数|员|次)|(?<=员)工|(?<=人)员(?!工))(?:人员|员工)?+"
    own = _role()
    things = words(
        [w for w in tables()["measure"] if w not in "名位个人"] + ["线", "号", "厂", "角"]
    )
    return pattern(
        rf" *+(?:(?P<measure>[名位])(?![单称字义额次列于置下])"
        rf"(?P<whose>{whose()})?"
        rf"(?:(?! *(?:[与及]|和(?!本|该)))(?P<long>{filler}{{0,16}}?(?<![给为向对让由被把与跟和])(?P<noun1>{people}))| *+(?P<role>(?:{filler}{{1,10}}?[的{AGE}] *+)??{own}))?+|(?:"
        rf"(?:个|(?P<hao>号))?(?:[新老男女]|受访的?|抽样的?|[{CJK}]{{1,4}}[籍族]|(?:(?!{things})[{CJK}]{{0,4}}?的))?(?P<noun2>{people})|个 *+(?P<role2>{own})"
        rf"|[个号]?(?P<ren>人)(?! *{N} *组|多 *[岗职能]|天(?!天)|日(?![均常夜班])|[员士类才格名数身体流机权际口工民次份力事造字行间桌床]))(?!{no}))"
    )


# Characters that begin a clause instead of a role, and those that make its last one another word.
_NO_NAME = "[了没未都均给向将把被也却则仍还有是戴穿持因从使参离接受得需应须能可会要不与和及为对让由作进无做到于或且均各]"
_NO_ROLE = "[工族作资厂具件序艺伤会地程龄种号段休产活指套册机续部位长工期品证宿食制牌卡岗]|时(?!薪)|服(?!务)|用"
_VERB = re.compile(
    r"[没未都均给向将把被已也却则仍还有由为]|是(?!否)|想|发现|显示|需要|应当|必须|可以"
)
# 6男4女: each sex is a headcount of its own.
_SEX = pattern(rf" *+(?P<sex>[男女])(?P<next> *[,、和及]? *{N} *+[男女])?")
_SEX_BEFORE = pattern(r"[男女] *[,、和及]? *$")
_RANK = pattern(r"第 *$")
_EACH_HIS = pattern(rf" *{N} *[岗档机证卡床柜表册票案间桌牌号锁]")  # 一人一档
_NOBODY = pattern(r"(?:[无没每某哪上下同]|没有|任何) *$")  # 没有一名, 每一名, 上一名


def _headcount_zh(scan: Scan, amount: Amount) -> Fact | None:
    m = _chinese().match(scan.shadow, amount.end)
    sex = None if m else _SEX.match(scan.shadow, amount.end)
    if sex and (
        sex["next"] or _SEX_BEFORE.search(scan.shadow[max(0, amount.start - 6) : amount.start])
    ):
        noun = _nouns()[sex["sex"]]
        value = stated(scan, amount, amount.start, sex.end("sex"), noun=noun)
        return Fact(amount.start, sex.end("sex"), "HEADCOUNT", value)
    before = scan.before(amount.start, 4)
    if not m or _RANK.search(before):
        return None
    if scan.low[amount.start : amount.end] == "一" and _NOBODY.search(before):
        return None
    if m["ren"] and amount.value == 1 and _EACH_HIS.match(scan.shadow, m.end()):
        return None
    if m["hao"] and (amount.value < 10 or not amount.words):  # 3号员工宿舍
        return None
    if m["noun2"] and 1990 <= amount.value <= 2035 and scan.low[amount.end - 4].isdigit():
        return None  # 2025员工满意度调查
    end, noun = m.end(), m["noun1"] or m["noun2"] or m["ren"]
    if m["noun1"] and not m["whose"]:
        between = m["long"][: -len(m["noun1"])].rpartition("的")[2]
        if _VERB.search(between):  # a clause begins: 8名未戴口罩，but 8名未戴口罩的女工
            role = _bare_role().match(scan.shadow, m.end("measure"))
            end, noun = role.end() if role else m.end("measure"), None
    key = _nouns().get(table_key(noun)) if noun else None
    return Fact(amount.start, end, "HEADCOUNT", stated(scan, amount, amount.start, end, noun=key))


def headcount(scan: Scan, amount: Amount) -> Fact | None:
    """A number of people with the noun phrase beside it."""
    if amount.value != int(amount.value) or amount.value < 0:
        return None
    aged = _OF_AGE.match(scan.shadow, amount.end)  # two 17-year-old workers
    chinese = scan.chinese(aged.end() if aged else amount.end)
    return (_headcount_zh if chinese else _headcount_en)(scan, amount)


_OF_AGE = re.compile(f" *+{AGE}++")
