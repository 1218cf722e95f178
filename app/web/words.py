"""The words of the interface in English and Chinese. English is what stands in templates and code;
``words.yaml`` has the Chinese of each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from ...corpus.catalogue import areas, laws, questions
from ...corpus.labels import Lang
from ...corpus.schema import Defect, Issue
from ...nlp.consistency import CHECKS
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


_BOTH = {
    "wrong_finding": "The two texts describe different findings: {en} against {zh}.",
    "law_mismatch": "English cites {en}, Chinese cites {zh}.",
    "polarity_mismatch": "One text negates what the other affirms: {en} against {zh}.",
}
_ONE = {
    "untranslated": "Not translated: {text}.",
    "omission_en": "The English text lacks {text}.",
    "omission_zh": "The Chinese text lacks {text}.",
}


def in_words(found: Defect | Issue, ui: Lang) -> str | None:
    """In Chinese, what a defect or an issue says: a sentence made from a defect's type and the words it
    quotes, or what an issue's check is about; None in English, of which its message is."""
    if ui == "en":
        return None
    if isinstance(found, Issue):
        about = (getattr(CHECKS.get(found.check), "__doc__", None) or "").partition("\n")[0]
        return chinese().get(about)
    spans = {"en": found.en, "zh": found.zh}
    quoted = {lang: _quoted(span.text) for lang, span in spans.items() if span}
    if len(quoted) == 2:
        said = _BOTH.get(found.type, "English says {en}, Chinese says {zh}.")
        return word(said, ui).format(**quoted)
    only = (
        "Only the English text says {text}." if found.en else "Only the Chinese text says {text}."
    )
    return word(_ONE.get(found.type, only), ui).format(text="".join(quoted.values()))


def _quoted(text: str, most: int = 60) -> str:
    text = " ".join(text.split()).rstrip("。.；;，,")
    return f"“{text if len(text) <= most else f'{text[: most - 1]}…'}”"


def law(id_: str, ui: Lang) -> str:
    """A law of the catalogue by its name; another stays as the finding names it."""
    known = laws().get(id_)
    if not known:
        return id_
    names = known.names_zh if ui == "zh" and known.names_zh else known.names_en
    return names[0]
