"""Everything that decides how a model comes out, in one place; written into the model."""

from __future__ import annotations

from dataclasses import dataclass, field


def _scales() -> dict[str, list[float]]:
    return {
        "finding": [2.0, 2.0, 0.3],
        "area": [3.0, 5.0, 0.0],
        "question": [3.0, 5.0, 0.0],
        "status": [1.0, 2.0, 0.3],
        "severity": [1.0, 2.0, 0.3],
    }


@dataclass(frozen=True)
class Recipe:
    """``encoder``: name of the sentence encoder. ``scales``: for each task, how much sentence
    vectors, words and cues weigh against each other. ``strength``: inverse regularisation.
    ``min_count``: findings a word must stand in. ``folds``: of the cross-validation that calibrates.
    ``risk``: share of wrong labels tolerated among findings not sent to review. ``lost``: share of
    findings that may be taken for something else. ``seed``: of everything random."""

    encoder: str = "use"
    scales: dict[str, list[float]] = field(default_factory=_scales)
    strength: float = 5.0
    min_count: int = 2
    folds: int = 4
    risk: float = 0.05
    lost: float = 0.002
    seed: int = 0
