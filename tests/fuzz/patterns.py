"""Whether every regular expression of the package takes time in proportion to the text.

    python -m tests.fuzz.patterns

Patterns are caught as they are compiled while all modules load and the whole line runs, those made
from YAML among them. From each one's parse tree come texts that keep its repetitions busy and let
them fail in the end; four times the text must not take much more than four times as long.
"""

from __future__ import annotations

import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import Any

ROOT = Path(__file__).parents[2]
LENGTH = 8_000  # characters; the longer text has four times as many, and the last one a million
WORTH_A_LOOK = 0.02  # seconds of the shorter text; below it, noise decides
LIMIT = 30.0  # seconds for a text, after which a pattern counts as endless


_ANCHORED = {"match", "fullmatch"}
_CALLS = _ANCHORED | {"search", "finditer", "findall", "sub", "subn", "split", "scanner"}


class Watched:
    """A pattern that notes how it is called. One that is only ever asked to match from a place on is
    not looked for from every place of the text."""

    def __init__(self, real: re.Pattern[str]):
        self.real, self.calls = real, set()

    def __getattr__(self, name: str) -> Any:
        if name in _CALLS:
            self.calls.add(name)
        return getattr(self.real, name)

    def run(self, text: str) -> None:
        if self.calls and self.calls <= _ANCHORED:
            self.real.match(text)
        else:
            for _ in self.real.finditer(text):
                pass


def compiled() -> dict[str, Watched]:
    """Every pattern that the package compiles, by the place that does so."""
    found: dict[str, Watched] = {}
    original = _compiler.compile

    def catch(pattern: Any, flags: int = 0) -> Any:
        made = original(pattern, flags)
        frame = sys._getframe(1)
        while frame and "/re/" in frame.f_code.co_filename:
            frame = frame.f_back
        if frame and isinstance(made.pattern, str):
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / "tests"):
                place = f"{file.relative_to(ROOT)}:{frame.f_lineno}"
                while place in found:
                    place += "'"
                return found.setdefault(place, Watched(made))
        return made

    re.purge()
    _compiler.compile = catch
    try:
        _run_everything()
    finally:
        _compiler.compile = original
    return found


def _run_everything() -> None:
    import importlib
    import pkgutil

    import bifinding

    for module in pkgutil.walk_packages(bifinding.__path__, "bifinding."):
        if ".tests" not in module.name:
            try:
                importlib.import_module(module.name)
            except ImportError:  # of an extra, or what only makes the sample
                continue
    from .targets import TARGETS

    for name in "text", "json", "csv", "bitext", "pdf", "entities", "pair":
        for seed in TARGETS[name].seeds():
            TARGETS[name].run(seed)
    pipeline = bifinding.load("shipped")
    for name in "report.txt", "report.pdf":
        pipeline.analyse(bifinding.read(ROOT / "corpus" / "sample" / name))


# --- texts that are hard on a pattern -------------------------------------------------------


def attacks(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of about that length, the same in every run."""
    dice = random.Random(pattern.pattern)
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units: dict[tuple[str, str], None] = {}
    for before, body in _repeats(tree, []):
        for _ in range(2):
            prefix = "".join(_sample(op, dice) for op in before)
            units.setdefault((prefix, "".join(_sample(op, dice) for op in body)))
    for _ in range(2):
        units.setdefault(("", "".join(_sample(op, dice) for op in tree)))
    for prefix, pump in units:
        if pump:
            yield (prefix + pump * (length // len(pump)))[:length] + "\0"
            whole = prefix + pump * 2
            yield (whole * (length // len(whole)))[:length] + "\0"


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


class _Endless(Exception):
    pass


def seconds(pattern: Watched, text: str) -> float:
    """Processor time of finding all matches; ``LIMIT`` where it takes longer."""

    def stop(*_: object) -> None:
        raise _Endless

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    start = time.thread_time()
    try:
        pattern.run(text)
    except _Endless:
        return LIMIT
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.thread_time() - start


def steep(pattern: Watched) -> tuple[float, float, str] | None:
    """The times for a text and for four times as much of it, where they show more than growth in
    proportion; None for a pattern that keeps to it."""
    real = pattern.real
    for short, long in zip(attacks(real, LENGTH), attacks(real, 4 * LENGTH), strict=True):
        quick = seconds(pattern, short)
        if quick > WORTH_A_LOOK and (slow := seconds(pattern, long)) > 8 * quick:
            return quick, slow, short
    return None


def main() -> None:
    patterns = compiled()
    bad = 0
    for place, pattern in patterns.items():
        if found := steep(pattern):
            bad += 1
            quick, slow, text = found
            print(f"{place}: {quick:.3f} s, four times the text {slow:.3f} s: {text[:60]!r}")
            print(f"    {sorted(pattern.calls)} {pattern.real.pattern[:150]}", flush=True)
    print(f"{len(patterns)} patterns, {bad} of them steep")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
