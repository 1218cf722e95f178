"""Where a text names a law, a standard, a code or a convention, and which one it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from ...corpus.catalogue import laws
from .law_names import (
    CODE,
    COUNTRY,
    COUNTRY_NAME,
    HEAD,
    STOP,
    ZH_HEAD,
    Name,
    bag,
    chinese_law,
    chinese_names,
    code_names,
    code_table,
    english_law,
    index,
    known_word,
    squeeze,
    standard,
    stem,
)
from .normal import CJK, pattern


@dataclass(frozen=True, slots=True)
class Mention:
    """A law named at [start, end). ``name`` is None for "the said law"; a ``weak`` mention counts
    only together with an article."""

    start: int
    end: int
    name: Name | None
    weak: bool = False
    head: str = ""


_BREAK = re.compile(r"[^a-z\ue010 '&-]")
_TOKEN = pattern(r"\ue010+|[a-z][a-z'-]*+|,|[^ a-z\ue010]")
_REACH = 170  # characters that a name may take on either side of its head word


def find_mentions(cased: str, low: str) -> list[Mention]:
    """Every mention in order, not overlapping."""
    found = [*_bracketed(low), *_named_codes(low), *_conventions(low), *_standards(low)]
    found += _chinese(low, found) + _english(cased, low)
    found += _anaphora(low)
    found.sort(key=lambda m: (m.start, -m.end))
    kept: list[Mention] = []
    for m in found:
        if kept and m.start < kept[-1].end:
            if (
                m.end - m.start > kept[-1].end - kept[-1].start
                and m.name
                and not (kept[-1].name and kept[-1].name.id)
            ):
                kept[-1] = m
            continue
        kept.append(m)
    return _merged(low, kept)


# --- Chinese -------------------------------------------------------------------------------

_BRACKETS = pattern(r"《(?P<name>[^《》]{2,80})》")
_OFFICIAL = pattern(
    rf"^(?:中华人民共和国|国家|国务院|全国|[{CJK}]{{2,8}}?(?:省|市|自治区|县)|关于)|{CODE.pattern}"
)


def _bracketed(low: str) -> list[Mention]:
    out = []
    for m in _BRACKETS.finditer(low):
        raw = m["name"].strip()
        name = chinese_law(raw) or _code_inside(raw)
        if name:
            out.append(Mention(m.start(), m.end(), name, head=_zh_head(raw)))
        elif head := _zh_head(raw):
            sure = head in ("法", "条例", "法典", "公约") or bool(_OFFICIAL.search(raw))
            out.append(Mention(m.start(), m.end(), Name(raw), weak=not sure, head=head))
        elif re.search("[a-z]{3}", raw) and (id := english_law(bag(_split_words(raw)))):
            out.append(Mention(m.start(), m.end(), _catalogue(id)))
    return out


def _split_words(raw: str) -> list[str]:
    return [w for w in _TOKEN.findall(COUNTRY_NAME.sub("\ue010", raw)) if w[0].isalpha()]


def _zh_head(raw: str) -> str:
    m = re.search(rf"({ZH_HEAD}) *(?:[(][^()]*[)])? *$", raw)
    return m[1] if m else ""


def _code_inside(raw: str) -> Name | None:
    m = CODE.search(raw)
    if m:
        return standard(m)
    rule, names = code_names()
    hit = rule.search(raw)
    return names[hit[0].replace(" ", "")] if hit else None


_ZH_HEADS = pattern(
    r"法 *典|法(?! *[律规定院官人学庭治制务案则务宝])|条 *例|规 *定|办 *法|规 *范|标 *准|规 *则|细 *则|准 *则|守 *则|导 *则|通 *则|名 *录|通 *知|决 *定|规 *程|总 *则"
)
_PRC = pattern(r"(?:中 *华 *人 *民 *共 *和 *国)$")
_FULL = pattern(
    rf"中 *华 *人 *民 *共 *和 *国(?P<name>[{CJK} ]{{2,60}}?(?:法 *典|法(?! *[律规定院官人治制])|条 *例|规 *定|办 *法))"
)


def _chinese(low: str, taken: list[Mention]) -> list[Mention]:
    """Names without brackets: known ones anywhere, unknown ones behind 中华人民共和国."""
    names = chinese_names()
    longest = max(map(len, names))
    spans = sorted((m.start, m.end) for m in taken)
    starts = [s for s, _ in spans]
    out: list[Mention] = []
    for m in _ZH_HEADS.finditer(low):
        i = bisect_left(starts, m.end()) - 1
        if i >= 0 and spans[i][1] >= m.end():
            continue
        floor = max(out[-1].end if out else 0, m.end() - 2 * longest - 8)
        window = low[floor : m.end()]
        places = [i for i, c in enumerate(window) if c not in " 《》<>·\"'"]
        text = "".join(window[i] for i in places)
        for size in range(min(longest, len(text)), 1, -1):
            name = names.get(text[-size:])
            if name:
                start = floor + places[-size]
                prefix = _PRC.search(low[max(0, start - 16) : start].rstrip(" "))
                if prefix:
                    start -= len(low[max(0, start - 16) : start]) - prefix.start()
                out.append(Mention(start, m.end(), name, head=_zh_head(text)))
                break
    known = {m.end for m in out}
    for m in _FULL.finditer(low):
        i = bisect_left(starts, m.start() + 1) - 1
        if m.end() in known or (i >= 0 and spans[i][1] > m.start()):
            continue
        if any(k.start < m.end() and m.start() < k.end for k in out[-8:]):
            continue
        raw = squeeze(m["name"])
        out.append(
            Mention(m.start(), m.end(), chinese_law(raw) or Name(squeeze(m[0])), head=_zh_head(raw))
        )
    return out


# --- English -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    capital: bool

    @property
    def plain(self) -> str:
        return COUNTRY if self.text[0] == "\ue010" else self.text


def _words(low: str, cased: str, start: int, end: int) -> list[_Word]:
    return [
        _Word(
            "and" if m[0] == "&" else m[0],
            start + m.start(),
            start + m.end(),
            cased[start + m.start()].isupper(),
        )
        for m in _TOKEN.finditer(low[start:end])
    ]


def _english(cased: str, low: str) -> list[Mention]:
    low = COUNTRY_NAME.sub(lambda m: "\ue010" * len(m[0]), low)
    out: list[Mention] = []
    done = 0
    for m in HEAD.finditer(low):
        if m.start() < done:
            continue
        head = _Word(m[0], m.start(), m.end(), cased[m.start()].isupper())
        floor = max(done, m.start() - _REACH)
        left = _until_break(reversed(_words(low, cased, floor, m.start())), ",")
        right = _until_break(iter(_words(low, cased, m.end(), m.end() + _REACH)), "")
        hit = _exact(left, head, right) or _unknown(left, head, right)
        if hit:
            hit = _with_country(low, hit)
            out.append(hit)
            done = hit.end
    return out


def _until_break(items, also: str) -> list[_Word]:  # type: ignore[no-untyped-def]
    out = []
    for w in items:
        if not (w.text[0].isalpha() or w.text[0] in "\ue010,") or w.text == also:
            break
        out.append(w)
    return out


def _catalogue(id: str) -> Name:
    return Name(laws()[id].names_en[0], id)


def _reach(words: list[_Word]) -> list[tuple[int, str]]:
    """The content words that a known name could take on one side: (position, known form)."""
    out = []
    for i, w in enumerate(words):
        if w.plain == COUNTRY or w.text in STOP or w.text == ",":
            continue
        known = known_word(w.text)
        if known is None or len(out) == 12:
            break
        out.append((i, known))
    return out


def _exact(left: list[_Word], head: _Word, right: list[_Word]) -> Mention | None:
    """The longest stretch of words around the head whose words are those of one catalogue name."""
    ids = index()
    before, after = _reach(left), _reach(right)
    if not before and not after:
        return None
    kind = stem(head.text)
    best: tuple[int, int, int, str] | None = None
    for a in range(len(before) + 1):
        words = [kind, *(w for _, w in before[:a])]
        for b in range(len(after) + 1):
            if a + b == 0 or (best and a + b <= best[0]):
                continue
            id = ids.get(tuple(sorted([*words, *(w for _, w in after[:b])])))
            if id:
                best = (a + b, a, b, id)
    if not best:
        return None
    _, a, b, id = best
    first = left[before[a - 1][0]] if a else head
    last = right[after[b - 1][0]] if b else head
    rest_left = left[(before[a - 1][0] + 1) if a else 0 :]
    rest_right = right[(after[b - 1][0] + 1) if b else 0 :]
    if _goes_on(rest_left, rest_right):
        return None
    country = any(w.plain == COUNTRY for w in left[: before[a - 1][0] + 2 if a else 1]) or any(
        w.plain == COUNTRY for w in right[: after[b - 1][0] + 4 if b else 4]
    )
    weak = not (head.capital or country) or head.text in ("laws", "acts")
    return Mention(first.start, last.end, _catalogue(id), weak, stem(head.text))


def _goes_on(left: list[_Word], right: list[_Word]) -> bool:
    """Whether the name is longer than what was recognised, so that it is another law's."""
    lead, places = set(code_table()["lead"]), set(code_table()["places"])
    for i, w in enumerate(left[:2]):
        if w.plain == COUNTRY or w.text in STOP or w.text in lead:
            if w.plain != COUNTRY:
                break
            continue
        if w.text in places:
            return True
        first_of_sentence = i + 1 >= len(left)
        if w.capital and not first_of_sentence:
            return True
        break
    words = [w for w in right[:5] if w.plain != COUNTRY]
    if (
        words
        and words[0].capital
        and re.fullmatch(HEAD.pattern + "|implementation|implementing|enforcement", words[0].text)
    ):
        return True
    return (
        len(words) > 1
        and words[0].text in ("of", "in")
        and any(w.text in places for w in words[1:3])
    )


def _unknown(left: list[_Word], head: _Word, right: list[_Word]) -> Mention | None:
    """A law that the catalogue does not have: the run of capitalised words around its head."""
    if not head.capital:
        return None
    lead = set(code_table()["lead"])
    a = _run(left)
    while (
        a
        and (left[a - 1].text in lead or left[a - 1].text in STOP)
        and left[a - 1].plain != COUNTRY
    ):
        a -= 1
    b = (
        _run(right)
        if right
        and (
            right[0].text in ("of", "on", "for", "governing", "against", "concerning")
            or right[0].plain == COUNTRY
        )
        else 0
    )
    while b and (
        right[b - 1].text in STOP or right[b - 1].text in ("article", "articles", "section")
    ):
        b -= 1
    run = [*reversed(left[:a]), head, *right[:b]]
    words = [w.plain for w in run]
    content = [w for w in words if w not in STOP and w != COUNTRY and not HEAD.fullmatch(w)]
    kind = stem(head.text)
    key = tuple(sorted(k for w in words if (k := known_word(w) or w) not in STOP and k != COUNTRY))
    id = english_law(key)
    if id:
        return Mention(run[0].start, run[-1].end, _catalogue(id), head=kind)
    if not content or all(
        w in _GENERIC and not (w == "company" and kind == "law") for w in content
    ):
        return None
    named = kind == "law" and head.text not in ("laws", "acts")
    named |= kind == "regulation" and (
        COUNTRY in words or bool(set(words) & set(code_table()["places"]))
    )
    named |= kind == "code" and "conduct" in words
    start, end = run[0].start, run[-1].end
    name = " ".join("PRC" if w == COUNTRY else w.title() if w not in STOP else w for w in words)
    return Mention(start, end, Name(name), weak=not named, head=kind)


_GENERIC = frozenset(
    "conduct supplier vendor company factory ethical local national relevant applicable country state"
    " other related own internal house work client customer buyer general business practice dress building product".split()
)


def _run(words: list[_Word]) -> int:
    """How many of the words (outward from the head) belong to the capitalised name."""
    size = 0
    for i, w in enumerate(words[:16]):
        if w.text == ",":
            break
        if w.capital or w.plain == COUNTRY:
            size = i + 1
        elif w.text not in STOP or i - size > 1:
            break
    return size


_BEFORE = pattern(r"\ue010+ +$")
_AFTER = pattern(r",? *+(?:(?:of|in|for) +)?\ue010+|(?: *+\(\ue010+\))")


def _with_country(low: str, m: Mention) -> Mention:
    start, end = m.start, m.end
    before = _BEFORE.search(low[max(0, start - 48) : start])
    if before:
        start -= len(before[0])
    if low[start] == "\ue010":
        start += 0
    after = _AFTER.match(low, end)
    if after:
        end = after.end()
    return replace(m, start=start, end=end)


# --- codes, conventions, standards -------------------------------------------------------------

_ILO = pattern(
    r"(?<![a-z])(?:ilo|international labou?r organi[sz]ation)(?:'s)? *(?:core +)?(?:conventions? *)?(?:on +[a-z ]{3,40}\(? *)?(?:no\.? *|c\.? *|number +)?(?P<n>\d{1,3})(?!\d|[.,]\d)"
    r"|(?:国际劳工组织|ilo) *(?:公约)? *第? *(?P<zh>\d{1,3}) *号? *(?:公约)?"
)


def _conventions(low: str) -> list[Mention]:
    return [
        Mention(m.start(), m.end(), Name(f"ILO C{int(m['n'] or m['zh'])}"))
        for m in _ILO.finditer(low)
    ]


def _named_codes(low: str) -> list[Mention]:
    rule, names = code_names()
    return [Mention(m.start(), m.end(), names[m[0].replace(" ", "")]) for m in rule.finditer(low)]


def _standards(low: str) -> list[Mention]:
    return [Mention(m.start(), m.end(), standard(m)) for m in CODE.finditer(low)]


_ZH_SAID = pattern(
    r"(?:该|同|本|上述|前述|此)(?P<zh>法典|法(?![律规定院官人治])|条例|办法|规定|标准|规范)"
)
_EN_SAID = pattern(
    r"(?<![a-z])(?:the +)?(?:said|same|above|above-mentioned|above +mentioned|aforementioned|aforesaid) +(?P<en>law|act|regulation|provision|standard|measure|rule)s?(?![a-z])"
    r"|(?<=[a-z] )(?P<the>the +(?:law|act|regulations?|provisions?|measures|rules|standard))(?![a-z])"
    r"|(?<![a-z])this +(?P<this>law|act|regulation)(?![a-z])"
)


def _anaphora(low: str) -> list[Mention]:
    out = [
        Mention(
            m.start(),
            m.end(),
            None,
            m["zh"] in ("规定", "标准", "规范", "办法") or m[0][0] in "本此",
            m["zh"],
        )
        for m in _ZH_SAID.finditer(low)
    ]
    for m in _EN_SAID.finditer(low):
        head = m["en"] or m["this"] or m["the"][4:]
        out.append(Mention(m.start(), m.end(), None, not m["en"], stem(head.strip())))
    return out


_GLUE = pattern(r" *[(《]? *")


def _merged(low: str, mentions: list[Mention]) -> list[Mention]:
    """A standard named by title and number is one mention: 《…标准》(GB 12348-2008)."""
    out: list[Mention] = []
    for m in mentions:
        a = out[-1] if out else None
        if a and a.name and m.name and _GLUE.fullmatch(low[a.end : m.start]):
            first, second = (
                CODE.fullmatch(low[a.start : a.end]),
                CODE.fullmatch(low[m.start : m.end]),
            )
            same = a.name.id == m.name.id or not a.name.id or not m.name.id
            if bool(first) != bool(second) and same:
                end = m.end + (
                    low[a.end : m.start].strip() == "(" and low[m.end : m.end + 1] == ")"
                )
                best = (
                    a.name if a.name.id else m.name if m.name.id else (m.name if first else a.name)
                )
                edition = a.name.edition or m.name.edition
                out[-1] = replace(a, end=end, name=replace(best, edition=edition), weak=False)
                continue
        out.append(m)
    return out
