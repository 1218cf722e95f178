"""What the columns of a table of findings mean: from rows of any source to findings.

A column is known by its name, in English, Chinese or both, whatever its case, spaces and punctuation
(``COLUMNS``); a language may stand beside a word for text ("Finding (English)", 中文描述). A label is
known by its word in either language. Where a table has ``given`` columns, as the records of this
project have, labels are read from these alone: the columns ``area``, ``status`` … beside them are
predictions. Where it has ``predicted`` columns, as the sheets for people have, those that differ from
them are what a person has changed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from itertools import chain, groupby, islice
from pathlib import PurePath
from typing import Any, NamedTuple, cast

from ..catalogue import areas, glossary, questions
from ..labels import AREAS, LANGS, SEVERITIES, STATUSES, Area, Lang
from ..schema import Finding, Given, InputError, Problem, Report, Source, Text
from ..stated import split_states, stated
from ..tasks import TASKS
from ..text import clean
from .content import SAMPLE, text_columns
from .labelled import marks_of
from .plain import is_prose, split_languages

MAX_FINDING = 100_000  # characters of one language; the longest real ones have some thousands

COLUMNS = {
    "en": "en, eng, en-us, en-gb, English, 英文, 英语, 英",
    "zh": "zh, zh-cn, zh-hans, cn, chs, chi, Chinese, local language, 中文, 简体中文, 汉语, 本地语言, 当地语言, "
    "中",
    "text": "text, finding, findings, description, details, content, statement, finding text, "
    "finding description, finding details, audit finding, audit findings, issue, issues, issue found, "
    "issues found, issue description, description of issue, observation, observations, NC, NCs, "
    "NC description, NC details, non-compliance, non-compliances, non-conformity, non-conformities, "
    "non-conformance, non-compliance description, nonconformity description, nonconformance description, "
    "non-compliance details, details of non-compliance, description of non-compliance, "
    "description of non-conformity, description of non-conformance, "
    "发现, 审核发现, 发现描述, 发现问题, 发现的问题, 存在问题, 存在的问题, 问题描述, 问题点, 描述, 内容, 原文, 译文, "
    "观察项, 不符合描述, 不符合项, 不符合项描述, 不符合项详情, 不符合事项, 不符合情况",
    "id": "id, finding id, finding no, #, no, number, ref, reference, record id, finding ref, NC no, "
    "NC number, NC id, NC ref, non-compliance no, non-compliance number, "
    "编号, 序号, 发现编号, 不符合项编号, 不符合编号",
    "site_id": "site id, site, site amfori id, amfori id, factory id, 工厂编号, 场所编号, 现场编号",
    "area": "area, performance area, PA, section, 领域, 执行领域, 绩效领域, 绩效区域",
    "question": "question, question no, question number, 问题, 问题编号, 题号",
    "crucial": "crucial, is crucial, crucial question, 关键, 是否关键, 关键问题",
    "rating": "rating, answer, 评级, 评分, 回答, 答案",
    "status": "status, current status, correction status, 状态, 整改状态, 改善状态, 整改情况",
    "severity": "severity, level, grade, 严重程度, 严重性, 严重等级, 等级, 不符合等级",
    "language": "language, lang, 语言, 语种",
}
_MAX_NAME = 200  # characters
# What a spreadsheet takes for a formula; in a CSV file of ours an apostrophe goes before it.
FORMULA = re.compile("'*[=+\\-@＝＋－＠\t\r\n]")
_VERSION = {"version", "translation", "版", "版本", "翻译", "译本"}
_LABELS = ("area", "question", "crucial", "rating", "status", "severity")
TEXTS = ("en", "zh", "text")
_SHOWN = 12  # column names in an error message
_AREA = re.compile(
    r"(?i)(?P<sign>PA|performance area|执行领域|绩效领域|领域)?\s*(?P<number>\d{1,2})(?:\.0)?(?!\d|\.\d)"
    r"(?P<name>.*)",
    re.DOTALL,
)
_QUESTION = re.compile(r"(?<![\d.])(\d{1,2}\.\d{1,2})(?![\d.]*\d)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HAN = re.compile("[㐀-鿿]+")
_LETTER = re.compile(r"[^\W\d_]")


class Row(NamedTuple):
    """One row: its number as a reader of the file counts it, what such a number is called ("row",
    "line"), the cells by column name, and the sheet of a workbook that it stands on, where that has
    several of findings."""

    number: int
    kind: str
    cells: Mapping[str, Any]
    sheet: str = ""


def folded(name: object) -> str:
    """A name without case, spaces, punctuation and full-width forms."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(name))).casefold()


def _folded_name(name: str) -> str:
    return folded(name.replace("#", " no "))  # "NC #"


_KNOWN = {_folded_name(name): key for key, names in COLUMNS.items() for name in names.split(",")}


@lru_cache(4096)
def column(name: str) -> str | None:
    """The field that a column name stands for: a key of ``COLUMNS``, "given.<label>",
    "predicted.<label>" or None."""
    plain = _folded_name(name)
    for kind in ("given", "predicted"):
        if (label := plain.removeprefix(kind)) in _LABELS and label != plain:
            return f"{kind}.{label}"
    if plain in _KNOWN:
        return _KNOWN[plain]
    if len(plain) > _MAX_NAME:
        return None
    for lang, rest in _without_language(plain):
        if rest in _VERSION or _KNOWN.get(rest) == "text":
            return lang
        others = ((_KNOWN.get(rest), "text"), *_without_language(rest))  # "Findings (EN/CN)"
        if any(o in LANGS and o != lang and _KNOWN.get(r, r) == "text" for o, r in others):
            return "text"
    chinese, other = "".join(_HAN.findall(name)), _HAN.sub(" ", name)  # "Status 整改情况"
    if chinese and folded(other) and (field := column(other)) == column(chinese):
        return field
    before, bracket, _ = name.strip().replace("（", "(").partition("(")  # "Severity (1-5)"
    field = column(before) if bracket and before else None
    return None if field in TEXTS else field


def _without_language(plain: str) -> Iterator[tuple[Lang, str]]:
    """Each language that a folded name may name, and the rest of the name."""
    for lang in LANGS:
        for word in COLUMNS[lang].split(","):
            before, found, after = plain.partition(folded(word))
            if found:
                yield lang, (before + after).removesuffix("in")  # "Finding in English"


def findings_of(rows: Iterable[Row | Problem], file: str) -> Report:
    """The findings of a table, with a problem for each row or cell that could not be used.

    Raises:
        InputError: where no row gives a finding.
    """
    report, columns = read_rows(rows, file)
    if not report.findings:
        raise _unusable(file, columns, report.problems)
    return report


def read_rows(
    rows: Iterable[Row | Problem], file: str, texts: Mapping[str, str] | None = None
) -> tuple[Report, list[str]]:
    """What ``findings_of`` gives, of some rows of a table, and the names of their columns; there may
    be no finding in them. ``texts`` are the columns that hold texts whatever they are called; None:
    what the rows hold decides."""
    report = Report(file=file, layout="table")
    columns: dict[str, None] = {}
    seen: set[str] = set()
    said: set[str] = set()

    def note(what: str, mend: str, lost: bool = False, place: str = "header") -> None:
        if not lost and what in said:
            return  # an unknown word is reported once, not in each of a thousand rows
        said.add(what)
        report.problems.append(Problem(place=place, what=what, mend=mend, lost=lost))

    for sheet, part in groupby(rows, lambda row: getattr(row, "sheet", "")):
        part = _whole(part)
        head = list(islice(part, SAMPLE))
        chosen = texts if texts is not None else _by_content(head)
        if chosen and texts is None:
            note(*_taken(chosen), place=f"sheet {sheet}, header" if sheet else "header")
        for row in chain(head, part):
            if isinstance(row, Problem):
                report.problems.append(row)
                continue
            columns.update(dict.fromkeys(row.cells))
            place = (
                f"sheet {sheet}, {row.kind} {row.number}" if sheet else f"{row.kind} {row.number}"
            )
            finding = _finding(row, file, chosen, partial(note, place=place))
            if finding is None:
                continue
            if finding.id in seen:
                what = f"the id {finding.id!r} stands here again"
                note(what, "give each finding its own id", place=place)
            seen.add(finding.id)
            report.findings.append(finding)
    return report, list(columns)


def _whole(rows: Iterable[Row | Problem]) -> Iterator[Row | Problem]:
    """Rows, with two made one that say a finding in one language each, as their column of languages
    has it: the second's id is the first's, or stands in a cell merged with it."""
    last: Row | Problem | None = None
    for row in rows:
        if isinstance(last, Row) and isinstance(row, Row) and (both := _both(last, row)):
            last = last._replace(cells=both)
            continue
        if last:
            yield last
        last = row
    if last:
        yield last


def _both(first: Row, second: Row) -> dict[str, Any] | None:
    """The cells of two rows that are one finding, the text of each under its language."""
    fields = {key: name for name in first.cells if (key := column(name))}
    if not {"id", "language", "text"} <= {*fields}:
        return None
    said = [column(str(row.cells.get(fields["language"]))) for row in (first, second)]
    ids = [row.cells.get(fields["id"]) for row in (first, second)]
    texts = [row.cells.get(fields["text"]) for row in (first, second)]
    if {*said} != {*LANGS} or _is_blank(ids[0]) or any(map(_is_blank, texts)):
        return None
    if not _is_blank(ids[1]) and ids[0] != ids[1]:
        return None
    rest = {name: value for name, value in first.cells.items() if name != fields["text"]}
    for name, value in second.cells.items():
        if name in rest and _is_blank(rest[name]):
            rest[name] = value
    return rest | {str(lang): text for lang, text in zip(said, texts, strict=True)}


def _by_content(rows: Iterable[Row | Problem]) -> dict[str, str]:
    return text_columns((dict(_flat(row.cells)) for row in rows if isinstance(row, Row)), column)


def _taken(texts: Mapping[str, str]) -> tuple[str, str]:
    """What is said of columns that were known by their content, and how to be sure of them."""
    names = {"en": "English", "zh": "Chinese", "text": "text"}
    said = " and ".join(
        f"the {names[key]} is taken from column {name[:40]!r}" for name, key in texts.items()
    )
    mend = "text" if "text" in texts.values() else f"s of the texts {' and '.join(LANGS)}"
    return said, f"where that is wrong, name the column{' ' * (mend == 'text')}{mend}"


def unknown_columns(file: str, columns: Iterable[object]) -> InputError:
    """The error for a table none of whose columns holds a text."""
    names = [" ".join(str(name).split()) for name in columns]
    names = [name for name in names if name]
    found = ", ".join(name[:40] for name in names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    known = ", ".join(key for key in COLUMNS if key not in TEXTS)
    return InputError(
        file,
        f"no column holds the text of a finding (columns found: {found or 'none'})",
        f"name one en, zh or text; these are read too: {known}",
    )


def _unusable(file: str, columns: list[str], problems: list[Problem]) -> InputError:
    if columns and not {*map(column, columns)} & {*TEXTS}:
        return unknown_columns(file, columns)
    if problems:
        first = problems[0]
        return InputError(file, first.what, first.mend, first.place)
    return InputError(file, "the table has no rows", "give a row for each finding")


Note = Callable[..., None]


def _finding(row: Row, file: str, texts_in: Mapping[str, str], note: Note) -> Finding | None:
    values: dict[str, Any] = {}
    for name, value in sorted(_flat(row.cells), key=lambda cell: cell[0] not in texts_in):
        key = texts_in.get(name) or column(name)
        if key is None or _is_blank(value):
            if key and key.startswith(("given.", "predicted.")):
                values.setdefault(key, None)
            elif key in LANGS and isinstance(value, str):
                values.setdefault(key, "")  # a cell is there, and nothing stands in it
        elif values.get(key) in (None, ""):
            values[key] = value
        elif values[key] != value:
            note(f"two columns say what {key} is; {name!r} is left out", "keep one of them")
    texts = _texts(values, note)
    if texts is None:
        return None
    if not texts:
        # Words alone in their row are a heading.
        said = {str(value).strip() for value in row.cells.values() if not _is_blank(value)}
        if len(said) > 1 or not any(" " in words for words in said):
            note("there is no text in this row", "fill in en, zh or text, or take the row out")
        return None
    sheet = any(key.startswith("predicted.") for key in values)
    stated_apart = sheet or any(key.startswith("given.") for key in values)
    identity, site_id = values.get("id"), values.get("site_id")
    parts = (PurePath(file).stem, row.sheet, str(row.number))
    return Finding(
        id="#".join(filter(None, parts)) if identity is None else clean(_string(identity)),
        source=Source(file=file, line=row.number),
        site_id=None if site_id is None else clean(_string(site_id)).strip(),
        texts=texts,
        given=_given(values, "given." if stated_apart else "", texts, note),
        changed=_changed(values, note) if sheet else None,
        marks=marks_of(
            row.cells.get("marks"),
            {lang: text.text for lang, text in texts.items()},
            lambda what: note(what, "mark it again", lost=True),
        ),
    )


def _flat(cells: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Cells with the nested ones opened: ``given``, and texts by language as data sets have them."""
    for name, value in cells.items():
        if not isinstance(value, Mapping):
            yield name, value
        elif folded(name) == "given":
            yield from ((f"given.{key}", item) for key, item in value.items())
        elif folded(name) in ("texts", "translation"):
            for key, item in value.items():
                yield key, item.get("text") if isinstance(item, Mapping) else item


def _is_blank(value: Any) -> bool:
    """Whether a cell says nothing; a prediction (a list, an object) is not read either."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or isinstance(value, list | Mapping) or not str(value).strip()


def _string(value: Any) -> str:
    return _SURROGATE.sub("\ufffd", str(value))


def _texts(values: dict[str, Any], note: Note) -> dict[Lang, Text] | None:
    """The texts by language, or None (and a note) where one cannot be used."""
    cells = {key: _string(values[key]) for key in TEXTS if key in values}
    if any(len(cell) > MAX_FINDING for cell in cells.values()):
        note(f"the text is longer than {MAX_FINDING:,} characters", "split it into findings", True)
        return None
    cells = {key: clean(cell).strip() for key, cell in cells.items()}
    texts: dict[Lang, Text] = {
        lang: split_states(cells[lang], lang) for lang in LANGS if lang in cells
    }
    filled: list[Lang] = [lang for lang in LANGS if cells.get(lang)]
    text = cells.get("text", "")
    if len(filled) == len(LANGS):
        if text and text not in map(cells.get, LANGS):
            what = "a column of text beside those of English and Chinese is left out"
            note(what, "put it into one of them where it is the finding's")
        return texts
    if not filled:
        if not _LETTER.search(text):
            return {}  # a number: a row that counts findings
        if not is_prose(text):
            note("there is no sentence of a finding in this row", "see the column's text", True)
            return None
        return split_languages(text)
    # One language is missing: it may stand in the same cell, or in the column for either.
    own = split_languages(cells[filled[0]])
    if len(own) == len(LANGS):
        return own
    other: dict[Lang, Text] = split_languages(text) if text else {}
    kept: dict[Lang, Text] = {filled[0]: texts[filled[0]]}
    return texts | other | kept


# --- labels ---------------------------------------------------------------------------------


def _given(values: dict[str, Any], prefix: str, texts: dict[Lang, Text], note: Note) -> Given:
    """The labels a row states. Where it has no column for status and rating, its text may name
    them, as an amfori report's does."""

    def label(name: str, read: Callable[[Any], Any], known: str) -> Any:
        value = values.get(prefix + name)
        if value is None:
            return None
        found = read(value)
        if found is None:
            said = "does not say which it is" if _is_open(name, value) else "is not known"
            note(f"the {name} {str(value)[:60]!r} {said}", f"{known}; the finding is kept")
        return found

    area = label("area", area_of, "areas are PA1 to PA13")
    question = label("question", question_of, "questions are 1.1 to 13.4")
    own = questions()[question].area if question in questions() else None
    if question and own is None:
        note(f"there is no question {question}", "mend the number; the finding is kept")
    if area and own and area != own:
        note(f"question {question} belongs to {own}, not {area}", "mend one; both are kept")
    status, rating = (None, None) if prefix else stated(texts)
    return Given(
        area=area or own,
        question=question,
        crucial=label("crucial", _word("crucial"), "say yes or no"),
        rating=label("rating", _word("rating"), "say yes, partially, no or n/a") or rating,
        status=label("status", _word("status"), f"say one of {', '.join(STATUSES)}") or status,
        severity=label("severity", _word("severity"), f"say one of {', '.join(SEVERITIES)}"),
    )


def _changed(values: dict[str, Any], note: Note) -> Given:
    """The labels of a row that are not those which the model gave it."""
    readers = {
        "area": area_of,
        "question": question_of,
        "status": _word("status"),
        "severity": _word("severity"),
    }
    said = {}
    for task in TASKS:
        value, was = values.get(task), values.get(f"predicted.{task}")
        if value is not None and (read := readers[task])(value) != (was and read(was)):
            said[task] = value
    return _given(said, "", {}, note)


def area_of(value: object) -> Area | None:
    """The area that "PA7", "PA 7", 7, "PA7: …" or an area's name in either language stands for. A
    number beside a name may be another scheme's, so there the name decides, and an area's number beside
    another area's name is none."""
    text = unicodedata.normalize("NFKC", str(value)).strip()
    match = _AREA.match(text)
    if not match:
        return _named_area(text)
    code, name = f"PA{int(match['number'])}", folded(match["name"])
    area: Area | None = cast(Area, code) if code in AREAS else None
    own = _named_area(match["name"])
    if not match["sign"] and name:
        return own
    return None if own and own != area else area


def _named_area(text: str) -> Area | None:
    """The area whose name a text is, in either language or in both."""
    names = _area_names()
    if (whole := folded(text)) in names:
        return names[whole]
    both = folded(_HAN.sub(" ", text)), "".join(_HAN.findall(text))
    found: set[Area] = {names[part] for part in both if part in names}
    return found.pop() if len(found) == 1 else None


def are_labels(cells: Iterable[str]) -> bool:
    """Whether cells are the words of several labels, as lists to choose from hold them side by side."""
    readers = (area_of, _word("status"), _word("severity"))
    short = [cell for cell in cells if len(cell) <= _MAX_NAME]
    return sum(any(read(cell) is not None for cell in short) for read in readers) > 1


def question_of(value: object) -> str | None:
    """The number in "6.2", "Q6.2" or "6.2 CRUCIAL: …", whether there is such a question or not."""
    match = _QUESTION.search(unicodedata.normalize("NFKC", str(value)))
    return match[1] if match else None


# What other schemes and factories call what an area is about, where that is one area alone.
_MORE_AREAS: dict[Area, str] = {
    "PA3": "freedom of association, FoA, collective bargaining, 结社自由, 自由结社, 集体谈判, 集体协商",
    "PA4": "discrimination, non-discrimination, 歧视, 反歧视",
    "PA5": "wages, wages and benefits, living wages, remuneration, 工资, 薪资, 工资福利, 工资与福利, 薪酬福利",
    "PA6": "hours of work, overtime, 工时, 加班",
    "PA7": "H&S, health & safety, health safety, occupational health & safety, EHS, fire safety, 消防, 消防安全, "
    "职业健康, 安全健康, 健康安全, 职业安全",
    "PA8": "child labor, 童工",
    "PA9": "young labour, young labor, juvenile labour, 未成年工, 青年工人",
    "PA11": "forced labor, bonded labour, bonded labor, 强迫劳动, 强迫劳工",
    "PA12": "environmental, 环境, 环保",
    "PA13": "ethics, anti-corruption, 反腐败, 诚信经营",
}


@cache
def _area_names() -> dict[str, Area]:
    named: dict[str, Area] = {
        folded(name): info.code
        for info in areas().values()
        for name in (*info.names_en, *info.names_zh)
    }
    for code, more in _MORE_AREAS.items():
        named.update((folded(name), code) for name in more.split(","))
    return named


# Words for labels beside those of the glossary, whose terms are named here by their first English.
_GLOSSARY = {
    "new finding": "new",
    "not corrected": "not_corrected",
    "repeated finding": "not_corrected",
    "partially corrected": "partially_corrected",
    "corrected": "corrected",
    "observation": "observation",
    "minor non-compliance": "minor",
    "major non-compliance": "major",
    "critical non-compliance": "critical",
    "zero tolerance": "zero_tolerance",
}
# Words that leave open which of these it is; what the classifier says of the text is better.
_OPEN: dict[str, str] = {
    "status": "open, pending, ongoing, in progress, 待整改, 待改善, 待关闭, 进行中, 整改中, 改善中, 打开, 开放",
}
_GRADED = "NC, non-compliance, non-conformity, non-conformance, finding, 不符合, 不符合项, 问题"
_MORE: dict[str, dict[Any, str]] = {
    "status": {
        "new": "new, first time, 新, 新增, 首次发现",
        "not_corrected": "not corrected, repeated, repeat, recurring, not closed, not completed, 重复发现, 未关闭, "
        "未完成, 未解决",
        "partially_corrected": "partially, partial, partly, partially completed, partly completed, "
        "partially closed, 部分, 部分完成, 部分关闭, 部分整改",
        "corrected": "corrected, resolved, done, completed, verified, closed, verified and closed, 已解决, 已完成, "
        "已验证, 已关闭, 关闭",
    },
    "severity": {
        "observation": "advice, recommendation, 观察, 建议",
        "minor": "minor, 轻微, 次要, 一般, 一般不符合",
        "major": "major, 主要, 严重",
        "critical": "critical, 关键, 致命",
        "zero_tolerance": "ZT, zero tolerance",
    },
    "rating": {
        "yes": "yes, y, 是, 符合, 完全符合",
        "partially": "partially, partial, partly, 部分, 部分是, 部分符合, 部分遵守",
        "no": "no, n, 否, 不符合, 未遵守",
        "not_applicable": "not applicable, n/a, 不适用",
    },
    "crucial": {
        True: "yes, y, true, 1, 1.0, x, crucial, 是, 关键",
        False: "no, n, false, 0, 0.0, not crucial, 否, 非关键",
    },
}


@cache
def _words(name: str) -> dict[str, Any]:
    labels = _MORE[name]
    words = {folded(word): label for label, more in labels.items() for word in more.split(",")}
    for term in glossary():
        if (label := _GLOSSARY.get(term.en[0])) in labels:
            words.update((folded(word), label) for word in (*term.en, *term.zh))
    if name == "severity":
        # "Major NC", 一般不符合
        nouns = [folded(noun) for noun in _GRADED.split(",")]
        words |= {word + noun: label for word, label in words.items() for noun in nouns}
    return words


@cache
def _open_words(name: str) -> frozenset[str]:
    return frozenset(map(folded, _OPEN.get(name, "").split(",")))


def _is_open(name: str, value: object) -> bool:
    parts = str(value), _HAN.sub(" ", str(value)), "".join(_HAN.findall(str(value)))
    return any(folded(part) in _open_words(name) for part in parts if folded(part))


def _word(name: str) -> Callable[[object], Any]:
    """How a label of that name is read: by its word, two words that a slash divides, or its words in
    both languages ("Major 主要"), one of which may be unknown."""

    def read(value: object) -> Any:
        words, text = _words(name), str(value)
        both = _HAN.sub(" ", text), "".join(_HAN.findall(text))
        found = {words[part] for part in map(folded, both) if part in words}
        whole = words.get(folded(text), words.get(folded(text.partition(" / ")[0])))
        return found.pop() if whole is None and len(found) == 1 else whole

    return read
