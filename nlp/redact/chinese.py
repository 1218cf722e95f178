"""People's names in Chinese text: a surname, one or two characters, and something beside them that says so.

A surname alone proves nothing: most are words, too. So a title, a role, a label, a number or a verb
of saying has to stand beside the name, and what the dictionary knows as a word is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from ..language import is_word
from .words import Personal, Places, key_of_chinese, longest_first, words

Found = tuple[int, int, str, str]  # start, end, surname, given name

_HAN = r"[\u3400-\u9fff]"


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    roles, labels = longest_first("roles_zh"), longest_first("labels_zh")
    titles, honorifics = longest_first("titles_zh"), longest_first("honorifics_zh")
    surname = f"(?:{longest_first('compound_surnames')}|[{''.join(words('surnames'))}])"
    sources = {
        "some": rf"(?P<s>{surname})某(?:某|甲|乙|丙|{_HAN}(?=[，。、（(）)；\s]|$))?(?![些个种项部位名])",
        "honorific": rf"(?={honorifics})",
        "title": rf"(?={titles}|总(?!{_HAN})|总(?:{longest_first('says_zh')}))",
        "label": rf"(?:{labels}|{roles})[为是]?\s{{0,2}}[:：]\s{{0,2}}|(?:名叫|名为|姓名[为是])\s{{0,2}}",
        "role": rf"(?:{roles}|{_HAN}工|管理员)[为是]?\s{{0,2}}[(（“\"]?\s?",
        "number": r"(?=[(（,，]?(?:工号|员工编号|员工号|身份证|性别|[男女][,，、)）]))",
        "says": rf"(?={longest_first('says_zh')})",
        "next": r"\s?[、,，和与及]\s?",
    }
    return {name: re.compile(source) for name, source in sources.items()}


# What may stand before a name that no role introduces.
_BEFORE = re.compile(r"[^\u3400-\u9fff]|[由经据与向被对让请和及为是给跟的]")


def find_names(text: str) -> list[Personal]:
    """The Chinese names in a text, in order, none over another."""
    if not re.search(_HAN, text):
        return []
    places = Places()
    searches = (_some, _honorifics, _numbers, _labels, _roles, _titles, _says)
    return sorted(
        Personal(start, end, "person", key_of_chinese(surname, given))
        for search in searches
        for first in search(text)
        for start, end, surname, given in _list(text, first)
        if places.take(start, end)
    )


def _some(text: str) -> Iterator[Found]:
    for m in _rules()["some"].finditer(text):
        single = m.end() - m.end("s") == 1
        if not single or (m["s"] not in words("weak_surnames") and _is_open(text, m.start())):
            yield m.start(), m.end(), m["s"], text[m.end("s") : m.end()]


def _honorifics(text: str) -> Iterator[Found]:
    for m in _rules()["honorific"].finditer(text):
        one = _ending(text, m.start(), is_given) or _ending(text, m.start(), _any, most=1)
        near = text.startswith(("师傅", "老师"), m.start())  # 和师傅一起
        weak = one and not one[3] and one[2] in words("weak_surnames") and near
        if one and not weak and _is_open(text, one[0], strict=False):
            yield one


def _titles(text: str) -> Iterator[Found]:
    for m in _rules()["title"].finditer(text):
        one = _ending(text, m.start(), is_given, least=2)
        if one and is_name(*one[2:]) and _is_open(text, one[0], strict=False):
            yield one
            continue
        one = _ending(text, m.start(), _any, most=1)
        short = text[m.start()] == "总"
        week = short and one and one[2] == "周"  # 本周总结
        if one and not week and one[2] not in words("weak_surnames") and _is_open(text, one[0]):
            yield one


def _numbers(text: str) -> Iterator[Found]:
    for m in _rules()["number"].finditer(text):
        one = _ending(text, m.start(), is_given, least=2)
        if one and is_name(*one[2:]):
            yield one


def _labels(text: str) -> Iterator[Found]:
    for m in _rules()["label"].finditer(text):
        if one := _beginning(text, m.end(), weak=True):
            yield one


def _roles(text: str) -> Iterator[Found]:
    for m in _rules()["role"].finditer(text):
        if m[0][-1] == "工" and is_word(text[m.end() - 1 : m.end() + 1]):
            continue  # 糊盒工段加班
        if one := _beginning(text, m.end()):
            yield one


def _says(text: str) -> Iterator[Found]:
    for m in _rules()["says"].finditer(text):
        one = _ending(text, m.start(), is_given, least=2)
        sure = one and one[2] not in words("weak_surnames") and is_name(*one[2:])
        if one and sure and _is_open(text, one[0]) and text[one[0] - 1 : one[0]] != "的":
            yield one


def _list(text: str, first: Found) -> Iterator[Found]:
    """A name and those that follow it: 张伟、李娜和王芳."""
    one: Found | None = first
    while one:
        yield one
        m = _rules()["next"].match(text, one[1])
        one = _beginning(text, m.end()) if m else None


# --- where a name begins and ends -----------------------------------------------------------


def _surname_at(text: str, at: int) -> str:
    if text[at : at + 2] in words("compound_surnames"):
        return text[at : at + 2]
    return text[at : at + 1] if text[at : at + 1] in words("surnames") else ""


def is_given(given: str) -> bool:
    """Whether the characters are such as given names have."""
    return all(char in words("given") for char in given)


def _any(given: str) -> bool:
    return True


def _ending(
    text: str, end: int, fits: Callable[[str], bool], least: int = 1, most: int = 4
) -> Found | None:
    """The longest name that ends at ``end``."""
    for size in range(min(most, 4, end), least - 1, -1):
        start = end - size
        surname = _surname_at(text, start)
        given = text[start + len(surname) : end]
        compound = len(surname) == 2
        if surname and len(given) <= 2 and fits(given) and (size < 4 or compound):
            return start, end, surname, given
    return None


def _beginning(text: str, start: int, weak: bool = False) -> Found | None:
    """The name that begins at ``start``; which of two lengths is decided by what follows it."""
    surname = _surname_at(text, start)
    if not surname:
        return None
    first = start + len(surname)
    if not weak and surname in words("weak_surnames"):
        given = text[first : first + 2]
        doubtful = len(given) < 2 or is_word(given) or is_word(text[start : first + 1])
        return None if doubtful or not is_given(given) else (start, first + 2, surname, given)
    names = []
    for size in (2, 1):
        given = text[first : first + size]
        one = (start, first + size, surname, given)
        if len(given) == size and is_given(given) and is_name(*one[2:]):
            names.append(one)
    if len(names) == 2 and is_word(text[first + 1 : first + 3]):
        return names[1]  # 张伟明确表示
    return names[0] if names else None


def is_name(surname: str, given: str) -> bool:
    """Whether a surname with these characters is no word of the dictionary."""
    name = surname + given
    if len(name) > 2:  # such words of the dictionary are known people, and some places
        return name[-1] not in "河山桥道法本" or not is_word(name)
    return name in words("names_that_are_words") or not is_word(name)


def _is_open(text: str, start: int, strict: bool = True) -> bool:
    """Whether nothing before a name claims its first character."""
    if start == 0 or (strict and text.endswith(tuple(words("roles_zh")), 0, start)):
        return True
    if is_word(text[start - 1 : start + 1]):  # 对方经理
        return False
    return not strict or bool(_BEFORE.match(text, start - 1))
