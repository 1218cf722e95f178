"""The words of the interface in English and Chinese. English is what stands in templates and code;
``words.yaml`` has the Chinese of each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from ...corpus.catalogue import areas, laws, questions
from ...corpus.labels import Lang
from ..export import wording


@cache
def chinese() -> dict[str, str]:
    text = files(__name__.rpartition(".")[0]).joinpath("words.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def word(text: str, ui: Lang) -> str:
    """A word or sentence of the interface; what the catalogue lacks stays as it is."""
    return text if ui == "en" else chinese().get(text, text)


def name(label: str, ui: Lang) -> str:
    """A label as people say it in that language: "PA6 Decent Working Hours", "未改善"."""
    if ui == "en":
        return wording.name(label)
    if label in areas():
        return f"{label} {areas()[label].names_zh[0]}"
    if label in questions():
        return f"{label} {questions()[label].topic_zh}"
    return word(wording.name(label), ui)


def plural(count: int, noun: str, ui: Lang) -> str:
    """ "3 findings", "3 项发现"; the noun is the English singular."""
    return wording.plural(count, noun) if ui == "en" else f"{count:,} {word(noun, ui)}"


def law(id_: str, ui: Lang) -> str:
    """A law of the catalogue by its name; another stays as the finding names it."""
    known = laws().get(id_)
    if not known:
        return id_
    names = known.names_zh if ui == "zh" and known.names_zh else known.names_en
    return names[0]
