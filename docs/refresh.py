"""Runs the commands of the tutorials and writes what they print under them; copies the README's figures.

    python docs/refresh.py              the tutorials in both languages, and README.zh.md's tables
    python docs/refresh.py FILE.md …    these pages

Every line that begins with ``$`` in a block marked ``console`` is run, in order, in one shell that starts
in the repository's root; ``>`` carries a command on. Blocks marked ``sh`` are not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_TABLE = re.compile(r"(?:^\|.*\|\n)+", re.M)
_FIGURE = re.compile(r"[\d.,%]+(?: \([\d,]+\))?")  # 0.987 (77)
_END = "\x1e"  # what the shell prints behind the output of each command


def commands(block: str) -> Iterator[str]:
    """The commands of a console block, without prompts."""
    for found in re.finditer(r"^\$ (.*(?:\n> .*)*)$", block, re.M):
        yield found[1].replace("\n> ", "\n")


def refresh(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # What an earlier run left behind would be found by this one.
    shutil.rmtree(ROOT / "demo" / page.name.partition(".")[0], ignore_errors=True)
    asked = [command for block in BLOCK.findall(text) for command in commands(block)]
    printed = iter(_run(tuple(asked)))

    def again(block: re.Match[str]) -> str:
        shown = "".join(
            "$ {}\n{}".format(command.replace("\n", "\n> "), next(printed))
            for command in commands(block[1])
        )
        return f"```console\n{shown}```"

    page.write_text(BLOCK.sub(again, text), encoding="utf-8")


@cache
def _run(asked: tuple[str, ...]) -> list[str]:
    """What each command prints; the same commands, in a page's other language, are run once."""
    with tempfile.TemporaryDirectory() as home:
        script = Path(home, "commands.sh")
        lines = (f"{command}\nprintf '{_END}'\n" for command in asked)
        script.write_text("".join(lines), encoding="utf-8")
        done = subprocess.run(
            ["bash", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=os.environ | {"BIFINDING_HOME": home, "COLUMNS": "100"},
            check=False,
        )
        shown = done.stdout.replace(home, "~/.local/share/bifinding").replace(f"{ROOT}/", "")
    outputs = shown.split(_END)
    if len(outputs) != len(asked) + 1:
        raise SystemExit(f"the shell ended early:\n{outputs[-1]}")
    return [_tidy(output) for output in outputs[:-1]]


def _tidy(output: str) -> str:
    lines = "\n".join(line.rstrip() for line in output.splitlines()).strip("\n")
    return f"{lines}\n" if lines else ""


def with_figures(english: str, chinese: str) -> str:
    """The Chinese README with the figures in the tables of the English one.

    Raises:
        SystemExit: where their tables are not of one shape.
    """
    tables = iter(_TABLE.findall(english))

    def table(found: re.Match[str]) -> str:
        ours, theirs = _cells(found[0]), _cells(next(tables, ""))
        if [len(row) for row in ours] != [len(row) for row in theirs]:
            raise SystemExit(f"README.zh.md: no table like this in README.md:\n{found[0]}")
        for row, other in zip(ours, theirs, strict=True):
            for i, (mine, figure) in enumerate(zip(row, other, strict=True)):
                row[i] = figure if _FIGURE.fullmatch(figure) else mine
        return "".join(f"| {' | '.join(row)} |\n".replace("|  |", "| |") for row in ours)

    return _TABLE.sub(table, chinese)


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()]


def main() -> None:
    named = [Path(name) for name in sys.argv[1:]]
    for page in named or sorted((ROOT / "docs/tutorials").glob("*.md")):
        refresh(page)
    english, chinese = ROOT / "README.md", ROOT / "README.zh.md"
    text = with_figures(*(page.read_text(encoding="utf-8") for page in (english, chinese)))
    chinese.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
