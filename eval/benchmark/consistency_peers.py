"""A check of translators' tools, for ``consistency`` to compare with."""

from __future__ import annotations

from collections.abc import Callable


def numbers_differ() -> Callable[[str, str], bool]:
    """translate-toolkit's check "numbers" (one of pofilter's), made ready: whether it objects to a pair.

    Raises ImportError where it is not installed.
    """
    from translate.filters.checks import FilterFailure, StandardChecker

    checker = StandardChecker()

    def differ(en: str, zh: str) -> bool:
        try:
            return not checker.numbers(en, zh)
        except FilterFailure:
            return True

    return differ
