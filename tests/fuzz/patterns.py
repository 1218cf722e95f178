"""Whether every regular expression of the package takes time in proportion to the text.

    python -m tests.fuzz.patterns [EVERY]     EVERY 8 tries an eighth of the texts

Patterns are caught as they are compiled while all modules load and the whole line runs, those made
from YAML among them. From each one's parse tree come texts that keep its repetitions busy and let
them fail in the end. Every part of the line that works on text gets each of them: four times the
text must not take much more than four times as long.
"""

from __future__ import annotations

import random
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any

ROOT = Path(__file__).parents[2]
LENGTH = 3_000  # characters of the shorter text; the longer one has four times as many
WORTH_A_LOOK = 0.1  # seconds of the longer one; below it, noise decides
STEEP = 7  # times as long for four times the text
LIMIT = 30.0  # seconds for a text, after which the work counts as endless


def compiled() -> list[re.Pattern[str]]:
    """Every pattern that the package compiles."""
    found: dict[re.Pattern[str], None] = {}
    original = _compiler.compile

    def catch(pattern: Any, flags: int = 0) -> Any:
        made = original(pattern, flags)
        frame = sys._getframe(1)
        while frame and "/re/" in frame.f_code.co_filename:
            frame = frame.f_back
        if frame and isinstance(made.pattern, str):
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / "tests"):
                found.setdefault(made)
        return made

    re.purge()
    _compiler.compile = catch
    try:
        _run_everything()
    finally:
        _compiler.compile = original
    return [*found]


def _run_everything() -> None:
    import importlib
    import pkgutil

    import bifinding

    for module in pkgutil.walk_packages(bifinding.__path__, "bifinding."):
        if ".tests" not in module.name:
            try:
                importlib.import_module(module.name)
            except Exception:  # of an extra, or what runs only inside a tool
                continue
    from .targets import TARGETS

    for name in "text", "json", "csv", "bitext", "pdf", "entities", "pair":
        for seed in TARGETS[name].seeds():
            TARGETS[name].run(seed)
    pipeline = bifinding.load("shipped")
    for name in "report.txt", "report.pdf":
        pipeline.analyse(bifinding.read(ROOT / "corpus" / "sample" / name))


# --- texts that are hard on a pattern -------------------------------------------------------


def attacks(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    """Texts of any length, the same in every run."""
    dice = random.Random(ascii(pattern.pattern))
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units: dict[tuple[str, str], None] = {}
    for before, body in _repeats(tree, []):
        prefix = "".join(_sample(op, dice) for op in before)
        pump = "".join(_sample(op, dice) for op in body)
        units.setdefault((prefix, pump))
        units.setdefault(("", prefix + 2 * pump))
    units.setdefault(("", "".join(_sample(op, dice) for op in tree)))
    for prefix, pump in units:
        if pump:
            yield partial(_text, prefix, pump)


def _text(prefix: str, pump: str, length: int) -> str:
    """The repetition, and then a sign that it does not go on with."""
    text = prefix + pump * (length // len(pump)) + "\0!"
    return text.encode("utf-8", "replace").decode()


def _repeats(tree: Any, before: list[Any]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Each repetition without a small limit: what stands before it, and what it repeats."""
    for i, (op, value) in enumerate(tree):
        ahead = before + list(tree)[:i]
        match str(op):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                _, most, body = value
                if most >= 16:
                    yield ahead, list(body)
                yield from _repeats(body, ahead)
            case "SUBPATTERN":
                yield from _repeats(value[3], ahead)
            case "ATOMIC_GROUP":
                yield from _repeats(value, ahead)
            case "BRANCH":
                for branch in value[1]:
                    yield from _repeats(branch, ahead)
            case "ASSERT" | "ASSERT_NOT":
                yield from _repeats(value[1], ahead if value[0] > 0 else before)


_CATEGORIES = {"DIGIT": "1", "NOT_DIGIT": "a", "SPACE": " ", "NOT_SPACE": "a", "WORD": "a"}


def _sample(node: Any, dice: random.Random) -> str:
    """A text that a node of a parse tree takes (assertions aside)."""
    op, value = str(node[0]), node[1]
    if op == "LITERAL":
        return chr(value)
    if op == "NOT_LITERAL":
        return dice.choice([c for c in "a 1,一" if ord(c) != value])
    if op == "ANY":
        return dice.choice("a 1")
    if op == "IN":
        if str(value[0][0]) == "NEGATE":
            return dice.choice([c for c in "a 1,一.\n" if not _in(c, value[1:])] or ["\u4e01"])
        return _sample(dice.choice(value), dice)
    if op == "RANGE":
        return chr(dice.randint(*value))
    if op == "CATEGORY":
        name = str(value).removeprefix("CATEGORY_").removeprefix("UNI_")
        return _CATEGORIES.get(name, ",")
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, body = value
        times = min(max(least, dice.choice((0, 1, 1, 2))), most)
        return "".join(_sample(one, dice) for _ in range(times) for one in body)
    if op == "SUBPATTERN":
        return "".join(_sample(one, dice) for one in value[3])
    if op == "ATOMIC_GROUP":
        return "".join(_sample(one, dice) for one in value)
    if op == "BRANCH":
        return "".join(_sample(one, dice) for one in dice.choice(value[1]))
    return ""


def _in(char: str, members: Any) -> bool:
    for op, value in members:
        match str(op):
            case "LITERAL" if ord(char) == value:
                return True
            case "RANGE" if value[0] <= ord(char) <= value[1]:
                return True
            case "CATEGORY" if _sample((op, value), random.Random(0)) == char or (
                str(value).endswith("_WORD") and char.isalnum()
            ):
                return True
    return False


# --- measuring ------------------------------------------------------------------------------


def _work() -> dict[str, Callable[[str], object]]:
    """What of the line works on text; imported here, for by now its patterns are caught."""
    from bifinding.corpus.readers import read_bytes
    from bifinding.corpus.schema import Finding, InputError, Source
    from bifinding.corpus.stated import split_states
    from bifinding.models.cues import cues
    from bifinding.nlp.bitext import Bitext, Side
    from bifinding.nlp.entities import extract
    from bifinding.nlp.sentences import split_sentences

    def read(text: str) -> None:
        with suppress(InputError):
            read_bytes(text.encode(), "x")

    def cue(text: str) -> None:
        whole = (0, len(text))
        finding = Finding(id="x", source=Source(file="x"), texts={})
        cues([Bitext(finding, Side("en", text, whole), Side("zh", text, whole))])

    return {
        "read": read,
        "sentences": split_sentences,
        "states": lambda text: [split_states(text, lang) for lang in ("en", "zh")],
        "cues": cue,
        "extract en": lambda text: extract(text, "en"),
        "extract zh": lambda text: extract(text, "zh"),
    }


class _Endless(BaseException):
    pass


def seconds(work: Callable[[str], object], text: str) -> float:
    """Processor time of the work; ``LIMIT`` where it takes longer."""

    def stop(*_: object) -> None:
        raise _Endless

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    start = time.thread_time()
    try:
        work(text)
    except _Endless:
        return LIMIT
    except Exception as error:
        raise ValueError(f"{type(error).__name__} for {text[:200]!r}") from error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.thread_time() - start


def main() -> None:
    patterns = compiled()
    every = int(sys.argv[1]) if sys.argv[1:] else 1
    texts = [text for pattern in patterns for text in attacks(pattern)][::every]
    print(f"{len(patterns)} patterns, {len(texts)} texts", flush=True)
    bad = 0
    for name, work in _work().items():
        times = [seconds(work, text(4 * LENGTH)) for text in texts]
        usual = sorted(times)[len(times) // 2]
        for text, slow in zip(texts, times, strict=True):
            if slow > max(3 * usual, WORTH_A_LOOK):
                quick = seconds(work, text(LENGTH))
                slow = min(
                    slow, seconds(work, text(4 * LENGTH + 99))
                )  # another text: some are remembered
                if slow > STEEP * quick:
                    bad += 1
                    print(f"{name}: {quick:.3f} s, four times the text {slow:.3f} s: {text(60)!r}")
        print(f"{name}: usually {usual:.3f} s, at worst {max(times):.3f} s", flush=True)
    print(f"{bad} are steep")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
