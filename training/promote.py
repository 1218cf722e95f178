"""Putting a version in use, unless it is worse than the one that is."""

from __future__ import annotations

from ..corpus.schema import InputError
from ..models import load_classifier, registry
from .compare import CLASS_MARGIN, ENOUGH, TASK_MARGIN
from .frozen import Frozen, objections
from .progress import Tell, silent


def promote(version: str, force: bool = False, tell: Tell = silent) -> None:
    """Puts ``version`` (or "shipped") in use.

    Both models answer the frozen reference set now, whatever is written about them.

    Raises:
        InputError: for a version that is not there or cannot be read; and, unless ``force``, for one
            that loses more than ``TASK_MARGIN`` of accuracy in a task, in any view, or more than
            ``CLASS_MARGIN`` of F1 in a class with ``ENOUGH`` findings, and more than by chance.
    """
    candidate = load_classifier(version)
    if not force and version != registry.in_use():
        frozen = Frozen(tell)
        before = frozen.answers(load_classifier(registry.DEFAULT))
        against = list(objections(frozen.compare(before, frozen.answers(candidate))))
        if against:
            raise InputError(
                version,
                f"worse than {registry.in_use()}, the model in use: {'; '.join(against)}",
                f"a loss of {TASK_MARGIN:.2f} in a task or {CLASS_MARGIN:.2f} in a class of at least "
                f"{ENOUGH} findings is tolerated, and one that chance explains; --force puts it in use "
                "all the same",
            )
    registry.promote(version)
