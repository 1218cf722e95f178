"""An evaluation as a page with plots and as a table on the terminal."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from typing import IO, Any

from jinja2 import Environment, Template
from markupsafe import Markup
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...corpus.tasks import LABELS, TASKS
from ...eval import plots
from ...eval.evaluate import Evaluation, Scores
from .wording import name, plural

_VIEWS = {"both": "Both languages", "en": "English alone", "zh": "Chinese alone"}
_MEASURES = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "top_3": "among the first 3",
    "within_one": "within one step",
    "calibration_error": "calibration error",
}


def write_page(result: Evaluation, stream: IO[bytes]) -> None:
    """Writes one self-contained page, in UTF-8."""
    page = _template().render(
        result=result,
        tasks=[task for task in (*TASKS, "finding") if task in result.views["both"]],
        views=_VIEWS,
        measures=_MEASURES,
        plots=_Plots(result),
        per_second=result.findings / (sum(result.seconds.values()) or 1),
        promises=_promises(result),
        mixed_questions=_mixed_questions(result),
        style=Markup(_asset("report.css") + plots.STYLE),
    )
    stream.write(page.encode("utf-8", "replace"))


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"name": name, "label": _label, "sure": _sure}
    return environment.from_string(_asset("evaluation.html"))


def _label(label: str, task: str) -> str:
    return {"no": "Other text", "yes": "Finding"}[label] if task == "finding" else name(label)


def _sure(probability: float) -> str:
    """To a tenth of a per cent, cut: no model is 100.0 % sure."""
    return f"{int(1000 * probability) / 10:.1f} %"


def _asset(file: str) -> str:
    return files(__name__.rpartition(".")[0]).joinpath(file).read_text(encoding="utf-8")


def _promises(result: Evaluation) -> list[tuple[float, float]]:
    """The largest share that needs no person where that share of it has to be right."""
    curve = result.coverage["curve"] if result.coverage else []
    return [
        (accuracy, max(kept))
        for accuracy in (0.99, 0.98, 0.97, 0.95, 0.9)
        if (kept := [share for share, right in curve if right >= accuracy])
    ]


def _mixed_questions(result: Evaluation, most: int = 12) -> list[tuple[str, str, int, int]]:
    """The questions taken for each other most often: given, predicted, how often, of how many."""
    cells = result.confusion.get("question", [])
    total = Counter[str]()
    for label, _, n in cells:
        total[label] += n
    mixed = [(label, predicted, n, total[label]) for label, predicted, n in cells]
    return [row for row in mixed if row[0] != row[1]][:most]


class _Plots:
    """The plots of an evaluation, a task each."""

    def __init__(self, result: Evaluation):
        self.result = result

    def parts(self, task: str) -> Markup:
        """By language, difficulty and style or file."""
        result = self.result
        views = {_VIEWS[view]: scores for view, scores in result.views.items()}
        difficulty = {key.capitalize(): scores for key, scores in result.difficulty.items()}
        groups = [self._rows(group, task) for group in (views, difficulty, result.kinds)]
        return Markup(
            plots.dots([g for g in groups if g], f"{task}: accuracy and macro F1 by part")
        )

    def baselines(self, task: str) -> Markup:
        rows = {"this model": self.result.views["both"], **self.result.baselines}
        short = {key.replace(" + logistic regression", " + LR"): s for key, s in rows.items()}
        return Markup(plots.dots([self._rows(short, task)], f"{task}: the model and the baselines"))

    def reliability(self, task: str) -> Markup:
        return Markup(plots.reliability(self.result.bins[task], f"{task}: confidence and accuracy"))

    def coverage(self) -> Markup:
        found = self.result.coverage or {}
        return Markup(
            plots.coverage(
                found["curve"], found["kept"], found["accuracy"], "accuracy against coverage"
            )
        )

    def matrix(self, task: str) -> Markup:
        cells = {(label, predicted): n for label, predicted, n in self.result.confusion[task]}
        seen = {label for pair in cells for label in pair}
        labels = [label for label in LABELS[task] if label in seen]
        written = {"no": "other text", "yes": "finding"} if task == "finding" else {}
        names = [written.get(label, label.removeprefix("PA").replace("_", " ")) for label in labels]
        return Markup(plots.matrix(labels, cells, names, f"{task}: labels and predictions"))

    def learning(self, task: str) -> Markup:
        points = [
            (point["share"], point["scores"][task])
            for point in self.result.learning
            if task in point["scores"]
        ]
        return Markup(plots.learning(points, f"{task}: learning curve"))

    def time(self) -> Markup:
        return Markup(plots.shares(self.result.seconds, "s", "share of time by stage"))

    @staticmethod
    def _rows(parts: dict[str, Scores], task: str) -> list[tuple[str, dict[str, Any]]]:
        return [(key, scores[task]) for key, scores in parts.items() if task in scores]


def evaluation_table(console: Console, result: Evaluation) -> None:
    """The scores by task and language, the review rule, the baselines and the time, on one screen."""
    console.print(Text(result.model, style="bold"))
    console.print(Text(f"{result.data}\n", style="dim"))
    table = _table("Task", "Measure", *_VIEWS.values(), "Easy", "Hard")
    columns = [*result.views.values(), *result.difficulty.values()]
    for task, scores in result.views["both"].items():
        for row, measure in enumerate(m for m in _MEASURES if m in scores):
            cells = [c[task][measure] if task in c else None for c in columns]
            low, high = scores["interval"][measure]
            first = Text.assemble(_number(cells[0]), (f" {low:.3f}–{high:.3f}", "dim"))
            rest = [_number(cell) for cell in cells[1:]]
            table.add_row("" if row else task, _MEASURES[measure], first, *rest)
    console.print(table)
    if result.baselines:
        table = _table("Accuracy", *result.views["both"])
        rows = {"this model": result.views["both"], **result.baselines}
        for key, scores in rows.items():
            table.add_row(key, *(_number(scores[task]["accuracy"]) for task in scores))
        console.print(table)
    if found := result.coverage:
        right = "" if found["accuracy"] is None else f", {found['accuracy']:.1%} of them right"
        console.print(f"Needs no person: {found['kept']:.1%}{right}")
    console.print(_times(result))


def _times(result: Evaluation) -> Text:
    total = sum(result.seconds.values()) or 1
    text = Text(f"Time: {plural(round(result.findings / total), 'finding')} a second")
    for stage, seconds in result.seconds.items():
        text.append(" · ", "dim").append(f"{stage} {seconds / total:.0%}")
    return text


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for i, header in enumerate(headers):
        numeric = i > 0 and header != "Measure"
        table.add_column(header, justify="right" if numeric else "left", no_wrap=True)
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
