"""Runs the commands of the tutorials and writes what they print under them; copies the README's figures.

    python docs/refresh.py              the tutorials in both languages, and README.zh.md's tables
    python docs/refresh.py FILE.md …    these pages

Every line that begins with ``$`` in a block marked ``console`` is run, in order, in one shell that starts
in the repository's root; a backslash carries a command on. Blocks marked ``sh`` are not run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_END = "\x1e"  # what the shell prints behind the output of each command


def commands(block: str) -> Iterator[str]:
    """The commands of a console block, without prompts; a carried on one with its line ends."""
    for found in re.finditer(r"^\$ ((?:.*\\\n)*.*)$", block, re.M):
        yield found[1]


def refresh(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    asked = [command for block in BLOCK.findall(text) for command in commands(block)]
    printed = iter(_run(asked))

    def again(block: re.Match[str]) -> str:
        shown = "".join(f"$ {command}\n{next(printed)}" for command in commands(block[1]))
        return f"```console\n{shown}```"

    page.write_text(BLOCK.sub(again, text), encoding="utf-8")


def _run(asked: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as home:
        script = "".join(f"{command}\nprintf '{_END}'\n" for command in asked)
        done = subprocess.run(
            ["bash"],
            input=script,
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


def main() -> None:
    named = [Path(name) for name in sys.argv[1:]]
    for page in named or sorted((ROOT / "docs/tutorials").glob("*.md")):
        refresh(page)


if __name__ == "__main__":
    main()
