"""What is done of a run: ``manifest.jsonl``, a line a shard, behind one that says what run it is.

A line is written when its file is there. Whatever dies in between, each line that can be read is
true, and a shard without one is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ...corpus.schema import InputError
from .shard import Done, file_name

FILE, QUARANTINE = "manifest.jsonl", "quarantine.jsonl"
_FORMAT = 1


class Manifest:
    """That of the run in a folder. ``about`` tells runs apart: input, settings, model.

    ``rows`` holds the findings of each shard that is done, ``lost`` counts what could not be read.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any]):
        self.folder, self.path = folder, folder / FILE
        self.about = {"format": _FORMAT, **about}
        self.rows: dict[int, int] = {}
        self.lost = 0
        self._place: dict[int, int] = {}  # where the line of a shard begins

    def start(self, resume: bool) -> None:
        """Makes the folder ready for this run, or goes on with the one that is in it.

        Raises:
            InputError: where the folder holds a run and ``resume`` is not set, where that is another
                run than this one, or where the folder cannot be written.
        """
        if self.folder.exists() and not self.folder.is_dir():
            mend = "name a folder, or give the file an ending: -o FILE.parquet"
            raise InputError(str(self.folder), "there is a file of that name", mend)
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            if self.path.exists():
                self._go_on(resume)
            elif any(self.folder.glob("part-*.parquet")):
                what, mend = "holds shards, but no manifest", "name another folder, or empty it"
                raise InputError(str(self.folder), what, mend)
            else:
                self.path.touch()
            self._rewrite()

    def add(self, done: Done) -> None:
        """Enters a shard whose file is there."""
        with writing(self.folder), self.path.open("ab") as stream:
            self._enter(asdict(done), stream.tell())
            stream.write(_line(asdict(done)))
            _to_disk(stream)

    def finish(self) -> None:
        """Puts the lines in order and writes what was lost to ``quarantine.jsonl``."""
        with writing(self.folder):
            self._sweep()  # again: a killed run's workers may outlive it by a moment
            self._rewrite()
            quarantine = self.folder / QUARANTINE
            if not self.lost:
                quarantine.unlink(missing_ok=True)
                return
            with _replaced(quarantine) as stream:
                for line in self._lines():
                    stream.writelines(map(_line, json.loads(line)["lost"]))

    def _sweep(self) -> None:
        """Takes away the half files of those that were killed."""
        for name in ("part-*", FILE, QUARANTINE):
            for left in self.folder.glob(f".{name}.*"):
                left.unlink(missing_ok=True)

    def _go_on(self, resume: bool) -> None:
        if not resume:
            mend = "add --resume to go on with it, or name another folder"
            raise InputError(str(self.folder), "holds a run already", mend)
        with self.path.open("rb") as stream:
            self._same_run(_read(stream.readline()))
            at = stream.tell()
            for text in stream:
                line = _read(text)
                if self._holds(line):
                    self._enter(line, at)
                at += len(text)

    def _same_run(self, about: Mapping[str, Any]) -> None:
        if about.get("format") != _FORMAT:
            mend = "name another folder, or take the manifest and the shards out of this one"
            raise InputError(str(self.path), "the manifest is damaged", mend)
        for key, now in self.about.items():
            if (then := about.get(key)) != now:
                # A fingerprint tells nobody anything.
                said = "" if key == "input" else f" ({then!s:.40}, now {now!s:.40})"
                what = f"the run in it had another {key}{said}"
                raise InputError(str(self.folder), what, "go on as before, or name another folder")

    def _holds(self, line: Mapping[str, Any]) -> bool:
        """Whether a line is whole, and the file of its shard as the line says."""
        try:
            path = self.folder / file_name(line["shard"])
            if path.stat().st_size != line["bytes"] or line.keys() != Done.__annotations__.keys():
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == line["sha256"]
        except (OSError, KeyError, TypeError, ValueError):
            return False

    def _enter(self, line: Mapping[str, Any], at: int) -> None:
        shard = line["shard"]
        if shard not in self.rows:
            self.rows[shard], self._place[shard] = line["rows"], at
            self.lost += len(line["lost"])

    def _lines(self) -> Iterator[bytes]:
        """The lines of the shards, in their order."""
        with self.path.open("rb") as stream:
            for shard in sorted(self._place):
                stream.seek(self._place[shard])
                yield stream.readline()

    def _rewrite(self) -> None:
        places: dict[int, int] = {}
        with _replaced(self.path) as stream:
            stream.write(_line(self.about))
            for shard, line in zip(sorted(self._place), self._lines(), strict=True):
                places[shard] = stream.tell()
                stream.write(line)
        self._place = places


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _read(line: bytes) -> dict[str, Any]:
    """The object of a line; an empty one where the line is broken."""
    try:
        value = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


@contextmanager
def _replaced(path: Path) -> Iterator[IO[bytes]]:
    """A stream to what will be the file, all of it or, where an error comes first, none."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with new.open("wb") as stream:
            yield stream
            _to_disk(stream)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _to_disk(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """What cannot be written there becomes an InputError."""
    try:
        yield
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        mend = "make room or name a folder you can write to; --resume goes on with what is there"
        raise InputError(str(folder), what, mend) from error
