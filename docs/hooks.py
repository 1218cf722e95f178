"""What the site takes from the code: a line ``<!-- build: NAME -->`` in a page becomes what NAME makes.

mkdocs loads this file (``hooks`` in mkdocs.yml). So the reference cannot say other than the code does.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import jieba
import yaml
from bifinding.app.cli import app
from bifinding.app.export.wording import both
from bifinding.app.export.wording import name as words_of
from bifinding.app.lint import checks
from bifinding.corpus import labels, schema
from bifinding.corpus.catalogue import areas, questions
from bifinding.corpus.readers.columns import COLUMNS
from bifinding.nlp import entities
from pydantic import BaseModel
from typer.main import get_command

jieba.setLogLevel(logging.WARNING)  # the site's search cuts Chinese with it, and it tells much

ROOT = Path(__file__).parent.parent
_BUILD = re.compile(r"^<!-- build: (\w+) -->$", re.M)
# The record first, then what it is made of, then the report around it.
_MODELS = (
    *("Analysis", "Source", "Given", "Prediction", "Evidence", "Bead", "Entity", "Defect", "TextSpan"),
    *("AnalysedReport", "Report", "Finding", "Text", "Mark", "Site", "Metric", "Problem", "Issue", "Place"),
)  # fmt: skip
_CHECKS_ZH: dict[str, str] = yaml.safe_load(
    (ROOT / "docs/reference/checks.zh.yaml").read_text(encoding="utf-8")
)
_UNTRANSLATED = '!!! note ""\n    本页暂无中文译文，以下为英文原文。\n\n'


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """mkdocs calls this with the text of each page, before it becomes HTML."""
    lang = "zh" if str(config.theme["language"]).startswith("zh") else "en"
    if lang == "zh" and not page.file.src_uri.endswith(".zh.md"):
        markdown = _UNTRANSLATED + markdown
    return _BUILD.sub(lambda found: "\n".join(MAKERS[found[1]](lang)), markdown)


# --- the command line -----------------------------------------------------------------------


def _cli(lang: str) -> Iterator[str]:
    root = get_command(app)
    yield from _command(root, "bifinding")
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        yield from _command(command, f"bifinding {name}")
        for second, nested in getattr(command, "commands", {}).items():
            yield from _command(nested, f"bifinding {name} {second}")


def _command(command: Any, name: str) -> Iterator[str]:
    context = command.make_context(name, [], resilient_parsing=True)
    about, *examples = re.split(r"\s*Example:\s*", command.help or "")
    yield f"\n## {name}\n\n{about.strip()}\n"
    if examples:
        yield from ("```sh", *(re.split("   +", example)[0] for example in examples), "```\n")
    records = [param.get_help_record(context) for param in command.get_params(context)]
    rows = [_option(*record) for record in records if record and "--help" not in record[0]]
    if rows:
        yield from _table(("Option", "Meaning"), rows)


def _option(option: str, text: str) -> tuple[str, str]:
    """``-f, --format <table|json>`` without its type, and the choices, if any, behind what it means."""
    names, _, kind = option.partition(" <")
    if "|" in kind:
        text += ": " + ", ".join(f"`{choice}`" for choice in kind.rstrip(">").split("|"))
    return f"`{names}`", text


# --- the record -----------------------------------------------------------------------------


def _record(lang: str) -> Iterator[str]:
    told = yaml.safe_load((ROOT / "docs/reference/fields.yaml").read_text(encoding="utf-8"))
    for name in _MODELS:
        model: type[BaseModel] = getattr(schema, name)
        if set(told[name]) != set(model.model_fields):
            raise SystemExit(f"docs/reference/fields.yaml: the fields of {name} are not those told")
        yield f"\n### {name} {{#{name.lower()}}}\n"
        rows = [
            (f"`{field}`", _type(info.annotation), told[name][field])
            for field, info in model.model_fields.items()
        ]
        yield from _table(("Field", "Type", "Meaning"), rows)


def _type(annotation: Any) -> str:
    """A type as a reader of JSON thinks of it, linked where it is an object of its own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    named = {
        labels.Area: "area",
        labels.DefectType: "defect type",
        labels.EntityLabel: "fact label",
    }
    for alias, name in named.items():
        if annotation == alias:
            return f"[{name}](#labels)"
    inner, origin = get_args(annotation), getattr(annotation, "__origin__", None)
    if origin is list:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"object: {_type(inner[0])} → {_type(inner[1])}"
    if origin is tuple:
        return f"[{', '.join(map(_type, inner))}]"
    if inner and all(isinstance(value, str) for value in inner):
        return ", ".join(f"`{value}`" for value in inner)
    if inner:
        return " or ".join(_type(one) for one in inner)
    plain = {
        str: "text",
        int: "integer",
        float: "number",
        bool: "true or false",
        type(None): "null",
    }
    return plain.get(annotation, "anything")


def _labels(lang: str) -> Iterator[str]:
    for title, names in (
        ("Status", labels.STATUSES),
        ("Severity, from mild to grave", labels.SEVERITIES),
        ("Facts", labels.ENTITY_LABELS),
        ("Defects", labels.DEFECT_TYPES),
        ("Levels, from grave to mild", labels.LEVELS),
        ("Answers", get_args(labels.Answer)),
    ):
        yield f"\n**{title}:** " + ", ".join(map(_labelled, names)) + "\n"


def _labelled(label: str) -> str:
    said = both(label) if label in (*labels.STATUSES, *labels.SEVERITIES) else words_of(label)
    return f"`{label}` {said.partition(' / ')[2]}".rstrip()


_SENTENCES: tuple[tuple[labels.Lang, str], ...] = (
    ("en", "Overtime of 12 out of 30 sampled workers (40%) reached 62 to 78 hours in March 2024, above the "
           "36 hours that Article 41 of the Labour Law allows; 3 workers were paid RMB 1,950 a month."),
    ("zh", "2024年3月，30名抽样工人中有12名（40%）加班62至78小时，超过《劳动法》第四十一条规定的36小时；"
           "3名工人月工资为1950元。"),
)  # fmt: skip


def _facts(lang: str) -> Iterator[str]:
    rows = []
    for language, text in _SENTENCES:
        yield f"\n> {text}\n"
        for fact in entities.extract(text, language):
            value = ", ".join(f"{key}: {said}" for key, said in fact.value.items())
            rows.append((f"`{fact.label}`", fact.text, value))
    yield ""
    yield from _table(("Label", "Text", "Value"), rows)


# --- catalogues, checks, columns --------------------------------------------------------------


def _areas(lang: str) -> Iterator[str]:
    head = (
        ("领域", "英文名称", "中文名称", "范围")
        if lang == "zh"
        else ("Area", "Name", "中文", "Scope")
    )
    yield from _table(
        head,
        (
            (a.code, a.names_en[0], a.names_zh[0], a.scope_zh if lang == "zh" else a.scope_en)
            for a in areas().values()
        ),
    )


def _questions(lang: str) -> Iterator[str]:
    """The questions by area; the topics are in this project's words, not the official ones."""
    yes, maybe = ("是", "资料不一") if lang == "zh" else ("yes", "sources differ")
    head = (
        ("编号", "英文", "中文", "关键问题")
        if lang == "zh"
        else ("No.", "English", "中文", "Crucial")
    )
    for area in areas().values():
        yield f"\n### {area.code} {area.names_en[0]} · {area.names_zh[0]}\n"
        yield from _table(
            head,
            (
                (q.number, q.topic_en, q.topic_zh, {True: yes, False: "", None: maybe}[q.crucial])
                for q in questions().values()
                if q.area == area.code
            ),
        )


def _checks(lang: str) -> Iterator[str]:
    names = _CHECKS_ZH if lang == "zh" else {}
    rows = [(f"`{name}`", names.get(name, about)) for name, about in checks().items()]
    yield from _table(
        ("检查项", "查什么") if lang == "zh" else ("Check", "What it looks for"), rows
    )


def _columns(lang: str) -> Iterator[str]:
    head = ("含义", "可识别的列名") if lang == "zh" else ("Holds", "Known by any of these names")
    yield from _table(head, ((f"`{key}`", names) for key, names in COLUMNS.items()))


# --- other documents --------------------------------------------------------------------------


def _card(lang: str) -> Iterator[str]:
    """The shipped model's card, its heading two lower."""
    yield "##" + (ROOT / "models/default/card.md").read_text(encoding="utf-8")


def _figures(lang: str) -> Iterator[str]:
    """The section of the README that says what was measured."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## How good is it\?$(.*?)^## ", readme, re.M | re.S)
    if not section:
        raise SystemExit('README.md: there is no section "How good is it?"; mend docs/hooks.py')
    # A table needs an empty line before it; GitHub does without.
    yield re.sub(r"(?m)^(?!\|)(.+)\n(?=\|)", r"\1\n\n", section[1])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "| --- " * len(head) + "|"
    for row in rows:
        yield "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) + " |"
    yield ""


MAKERS: dict[str, Callable[[str], Iterator[str]]] = {
    "areas": _areas,
    "card": _card,
    "checks": _checks,
    "cli": _cli,
    "columns": _columns,
    "facts": _facts,
    "figures": _figures,
    "labels": _labels,
    "questions": _questions,
    "record": _record,
}
