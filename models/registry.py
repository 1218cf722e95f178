"""The registry: a folder of model versions, and a small file that says which one is in use.

<home>/models/<version>/   one version, put there whole by one rename and never changed
<home>/in-use.json         the version in use and those before it; replaced by one rename

``home`` is $BIFINDING_HOME, or else the user's data directory. A version is named for what it holds,
so that training the same again gives the same version.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs

from ..corpus.schema import InputError
from .storage import replace_file

DEFAULT, SHIPPED = "default", "shipped"
_SHIPPED_FOLDER = Path(__file__).parent / "default"
_KEPT = 50  # versions that rollback can go back through
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def home() -> Path:
    """Where versions, the file that names the one in use, and caches are kept."""
    return Path(os.environ.get("BIFINDING_HOME") or platformdirs.user_data_path("bifinding", False))


def folder_of(model: str | Path) -> Path:
    """The folder of "default" (the model in use), "shipped", a version, or a folder itself.

    Raises:
        InputError: where there is none.
    """
    name = in_use() if str(model) == DEFAULT else str(model)
    if name == SHIPPED:
        return _SHIPPED_FOLDER
    if _NAME.fullmatch(name) and (version := _versions() / name).is_dir():
        return version
    if str(model) == DEFAULT:
        raise InputError(
            str(_pointer()),
            f"the model in use, {name}, is not in the registry",
            "put it back, or `bifinding models promote shipped`",
        )
    if not Path(name).is_dir():
        raise InputError(
            name,
            "there is no model of that name and no such folder",
            "`bifinding models list` shows the versions",
        )
    return Path(name)


def versions() -> list[str]:
    """The versions in the registry, the oldest first."""
    if not _versions().is_dir():
        return []
    found = [path for path in _versions().iterdir() if _NAME.fullmatch(path.name)]
    return [p.name for p in sorted(found, key=lambda path: (path.stat().st_mtime, path.name))]


def register(version: str, write: Callable[[Path], None]) -> Path:
    """Adds a version, whose files ``write`` puts into the folder that it is given.

    A version that is already there is left as it is: of the same name means of the same content.
    """
    if not _NAME.fullmatch(version) or version in (DEFAULT, SHIPPED):
        raise ValueError(f"no name for a version: {version!r}")
    target = _versions() / version
    _versions().mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=_versions()))
    try:
        write(new / version)
        if not target.exists():
            (new / version).rename(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return target


def in_use() -> str:
    """The version in use: the promoted one, or "shipped"."""
    return _read()[0]


def promote(version: str) -> None:
    """Puts a version (or "shipped") in use. Whether it should be is for the caller to know."""
    if version != SHIPPED and version not in versions():
        raise InputError(
            version, "there is no such version", "`bifinding models list` shows the versions"
        )
    now, before = _read()
    if version != now:
        _write(version, [*before, now])


def rollback() -> str:
    """Puts the version that was in use before back in use, and returns its name.

    Raises:
        InputError: where none was.
    """
    now, before = _read()
    if not before:
        raise InputError(now, "no version was in use before it", "promote the one you want")
    _write(before[-1], before[:-1])
    return before[-1]


def metrics(folder: Path) -> dict[str, Any]:
    """What a model's folder says that it reaches; empty where it does not say."""
    try:
        return json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _versions() -> Path:
    return home() / "models"


def _pointer() -> Path:
    return home() / "in-use.json"


def _read() -> tuple[str, list[str]]:
    """The version in use, and those that were in use before it."""
    try:
        said = json.loads(_pointer().read_text(encoding="utf-8"))
        names = [said["version"], *said["before"]]
        if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
            raise ValueError("it holds something else than names of versions")
    except FileNotFoundError:
        return SHIPPED, []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            str(_pointer()),
            f"cannot be read ({getattr(error, 'strerror', None) or error})",
            "take it away to use the shipped model, then promote the version you want",
        ) from error
    return names[0], names[1:]


def _write(version: str, before: list[str]) -> None:
    home().mkdir(parents=True, exist_ok=True)
    text = json.dumps({"version": version, "before": before[-_KEPT:]}, indent=1) + "\n"
    replace_file(_pointer(), text.encode())
