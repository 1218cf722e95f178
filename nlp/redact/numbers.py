"""Numbers and addresses that lead to a person: e-mail, identity, membership, telephone.

Patterns read the normal form of a text (``nlp/entities/normal.py``), which has its length. What
libraries know is left to them: telephone numbers to phonenumbers, the check digit of a Chinese
identity card to python-stdnum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers
from stdnum.cn import ric

from .words import Personal, Places

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-]{1,64}(?:\.[A-Za-z0-9_%+-]{1,64}){0,8}@[A-Za-z0-9-]{1,63}"
    r"(?:\.[A-Za-z0-9-]{1,63}){1,6}"
)
_GLUE = r"\s{0,3}(?:is|was|为|是)?\s{0,2}[:#,，]?\s{0,3}"
_NUMBER_WORD = r"(?i:\s{0,2}(?:no\b\.?|nos\b\.?|num(?:ber)?\b\.?|id\b|code\b|#|号码?|编号|号))?"
_MEMBER = re.compile(
    r"(?<![\w-])\d{3}-\d{6}-\d{3}(?![\w-])"  # amfori: party and site
    r"|(?<![A-Za-z0-9])Z[CSA]{1,2}:? ?\d{6,12}(?![A-Za-z0-9])"  # SMETA: company, site, audit
    r"|(?<![A-Za-z])(?:CSCA|ASCA|RA)[ :#-]{0,3}(?P<apsca>\d{6,10})(?!\d)"  # APSCA: auditors
    rf"|(?i:(?<![a-z])dbid{_NUMBER_WORD}){_GLUE}(?P<dbid>\d{{4,9}})(?!\d)"
    r"|(?i:(?<![a-z])(?:member(?:ship)?|registered auditor|auditor registration|amfori|sedex|smeta|apsca)"
    rf"(?: (?:member(?:ship)?|registration))?|会员|审核员注册|审核员证书?){_NUMBER_WORD}{_GLUE}"
    r"(?P<member>(?=[A-Z0-9 -]{0,14}\d{4})[A-Z]{0,5}[ -]?\d[\d-]{3,16})(?![\w])"
)
_STAFF = re.compile(
    r"(?:(?:员工)?工号|员工编号|员工号|工卡号码?|厂牌号码?|工牌号码?)"
    rf"{_GLUE}(?P<zh>(?!20\d\d年)[A-Za-z]{{0,4}}-?\d{{1,10}}(?:-\d{{1,6}})?)(?![\d.%]|[名人位个])"
    r"|(?i:(?<![a-z])(?:employee|staff|worker|badge|personnel|payroll|work) (?:id|no\b\.?|code|card no\b\.?|badge no\b\.?)"
    r"(?: (?:no\b\.?|number))?)"
    + _GLUE
    + r"(?P<en>(?=[A-Za-z-]{0,6}\d)[A-Za-z]{0,4}-?\d{2,10}(?:-\d{1,6})?)"
    r"(?![\w%]|[.,]\d| (?:workers|employees|people|of|out))"
    r"|(?i:(?<![a-z])(?:employee|staff|worker|badge|personnel) number)"
    + _GLUE
    + r"(?P<mixed>[A-Za-z]{1,4}-?\d{2,10}|0\d{2,9})(?![\w%]|[.,]\d)"
)
_STAFF_MORE = re.compile(
    r"\s?(?:、|,|;|和|及|与|/|and\b|&)\s?([A-Za-z]{0,4}-?\d{2,10}(?:-\d{1,6})?)(?![\w%]|[.,]\d|\s?[名人位个]| [a-z]{2,})"
)
_CARD_18 = re.compile(r"(?<![A-Za-z0-9])[1-8]\d{5}(?:18|19|20)\d{9}[\dXx](?![A-Za-z0-9])")
_CARD_15 = re.compile(r"(?<![A-Za-z0-9-])[1-8]\d{14}(?![A-Za-z0-9-])")
_CARD_CUE = re.compile(
    r"(?:(?i:(?<![a-z])(?:(?:national )?(?:id|identity|identification)(?: card)?|residen(?:t|ce)(?: identity)? card))"
    rf"|身份证|身份证件|证件){_NUMBER_WORD}{_GLUE}"
    r"(?P<id>(?=[\dXx*]{0,24}\d{4})[\d*]{5,20}[\dXx*])(?![A-Za-z0-9])"
)
_PASSPORT = re.compile(
    rf"(?:(?i:(?<![a-z])passport)|护照|港澳通行证|通行证){_NUMBER_WORD}{_GLUE}"
    r"(?P<id>[A-Z]{0,2}\d{6,9})(?![A-Za-z0-9])"
)
_PHONE_CUE = re.compile(
    r"(?:(?i:(?<![a-z])(?:tel(?:ephone)?|phone|mobile|cell(?:phone)?|fax|whatsapp|call(?:ed|ing)?|dial|hotline))"
    rf"|电话|手机|座机|传真|热线|联系方式|致电|拨打){_NUMBER_WORD}(?:\s?(?:at|on))?{_GLUE}"
    r"(?P<phone>\+?[\d(][\d() -]{5,20}\d)(?![\d%]|[.,]\d)"
)
_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}")
# What could be dialled: a mobile or landline with its prefix, or a service number.
_DIALLED = re.compile(r"\+|00|\(?\+?0\d|\(?86|1[3-9]\d|400|800|95\d{3}")


def find_numbers(text: str) -> list[Personal]:
    """The numbers and addresses of a text in normal form, in order, none over another."""
    places = Places()
    finders = (_emails, _cards, _staff, _members, _phones)
    return sorted(one for find in finders for one in find(text) if places.take(one.start, one.end))


def _emails(text: str) -> Iterator[Personal]:
    if "@" in text:
        for m in _EMAIL.finditer(text):
            yield Personal(m.start(), m.end(), "email", m[0].lower())


def _cards(text: str) -> Iterator[Personal]:
    for m in _CARD_CUE.finditer(text):
        yield Personal(*m.span("id"), "id", m["id"].upper())
    for m in _CARD_18.finditer(text):
        if ric.is_valid(m[0]):
            yield Personal(m.start(), m.end(), "id", m[0].upper())
    for m in _CARD_15.finditer(text):
        if m[0][:2] in _PROVINCES and _is_date(f"19{m[0][6:12]}"):
            yield Personal(m.start(), m.end(), "id", m[0])
    for m in _PASSPORT.finditer(text):
        yield Personal(*m.span("id"), "id", m["id"])


_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split()
)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _staff(text: str) -> Iterator[Personal]:
    for m in _STAFF.finditer(text):
        group = next(name for name in ("zh", "en", "mixed") if m[name])
        yield Personal(*m.span(group), "id", f"staff {m[group].upper()}")
        at = m.end()
        while more := _STAFF_MORE.match(text, at):
            yield Personal(*more.span(1), "id", f"staff {more[1].upper()}")
            at = more.end()


def _members(text: str) -> Iterator[Personal]:
    for m in _MEMBER.finditer(text):
        group = next((name for name in ("dbid", "member") if m[name]), 0)
        yield Personal(*m.span(group), "member", re.sub("[ :#-]", "", m[group]))


def _phones(text: str) -> Iterator[Personal]:
    for m in _PHONE_CUE.finditer(text):
        if sum(c.isdigit() for c in m["phone"]) >= 7 and not _is_day(m["phone"]):
            yield Personal(*m.span("phone"), "phone", _phone_key(m["phone"]))
    if not re.search(r"\d{4}", text):
        return
    for match in phonenumbers.PhoneNumberMatcher(text, "CN", phonenumbers.Leniency.VALID):
        if _DIALLED.match(match.raw_string) and sum(c.isdigit() for c in match.raw_string) >= 10:
            yield Personal(match.start, match.end, "phone", _phone_key(match.raw_string))
    for m in _MOBILE.finditer(text):  # phonenumbers wants blanks around a number; Chinese has none
        before, after = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        if not re.match(r"[A-Za-z0-9.,*/-]", before) and not re.match(
            r"[A-Za-z0-9*/%-]|\.\d", after
        ):
            yield Personal(m.start(), m.end(), "phone", _phone_key(m[0]))


def _is_day(digits: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d[ -]?\d\d?[ -]?\d\d?", digits))


def _phone_key(raw: str) -> str:
    try:
        number = phonenumbers.parse(raw, "CN")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", raw)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
