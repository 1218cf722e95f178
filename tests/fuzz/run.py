"""Coverage-guided fuzzing of one target, or of all, with atheris.

    python -m tests.fuzz.run TARGET --minutes 30

Starts from the target's seeds and the corpus that earlier runs kept. What fails is written to
``tests/fuzz/found/``, where pytest replays it from then on; of the rest the smallest set that covers
the same is kept in ``tests/fuzz/corpus/``.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
SCRATCH = HERE.parents[1] / "build" / "fuzz"
LONGEST = 8192  # bytes of an input; a report of any length is made of the same parts
_LONGER = {"model": 32768}  # a model's header names all its cues, and cut off it is never read
KEPT = 20_000  # bytes of a target's corpus, packed
_NAMES = (
    "text",
    "json",
    "csv",
    "bitext",
    "xlsx",
    "word",
    "parquet",
    "pdf",
    "entities",
    "pair",
    "model",
)
NAMES = (*_NAMES, "settings")  # said here, for importing the targets takes seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=(*NAMES, "all"))
    parser.add_argument("--minutes", type=float, default=30)
    arguments = parser.parse_args()
    names = NAMES if arguments.target == "all" else (arguments.target,)
    found = [path for name in names for path in fuzz(name, arguments.minutes)]
    for path in found:
        print(f"found: {path.relative_to(HERE.parents[1])}")
    sys.exit(bool(found))


def fuzz(name: str, minutes: float) -> list[Path]:
    """Runs one target; the files that show what it found."""
    corpus, faults = SCRATCH / name, SCRATCH / f"{name}-faults"
    for folder in corpus, faults:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    kept = HERE / "corpus" / f"{name}.zip"
    if kept.exists():
        with zipfile.ZipFile(kept) as archive:
            archive.extractall(corpus)
    done = _atheris(
        name,
        f"-max_total_time={round(60 * minutes)}",
        f"-artifact_prefix={faults}/",
        "-timeout=30",
        f"-max_len={_LONGER.get(name, LONGEST)}",
        "-rss_limit_mb=4000",
        f"-dict={_dictionary()}",
        corpus,
    )
    found = []
    for fault in faults.iterdir():
        data = fault.read_bytes()
        path = HERE / "found" / f"{name}-{hashlib.sha256(data).hexdigest()[:8]}"
        found.append(Path(shutil.copyfile(fault, path)))
    if not found and done:
        sys.exit(f"{name}: the fuzzer ended with code {done}")
    if not found:
        _keep(name, corpus, kept)
    return found


def _keep(name: str, corpus: Path, kept: Path) -> None:
    least = SCRATCH / f"{name}-least"
    shutil.rmtree(least, ignore_errors=True)
    least.mkdir()
    _atheris(name, "-merge=1", "-timeout=30", least, corpus)
    kept.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(least.iterdir(), key=lambda path: (path.stat().st_size, path.name)):
            info = zipfile.ZipInfo(path.name)  # without the time, so that the same gives the same
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
            if sum(member.compress_size + 150 for member in archive.infolist()) > KEPT:
                break


def _atheris(name: str, *arguments: object) -> int:
    # A program of its own, because the fuzzer starts itself again to merge.
    program = SCRATCH / f"{name}.sh"
    call = f'"{sys.executable}" -m tests.fuzz.run --child {name} "$0" "$@"'
    program.write_text(f"#!/bin/sh\nexec {call}\n", encoding="utf-8")
    program.chmod(0o755)
    command = [program, *map(str, arguments)]
    return subprocess.run(command, cwd=HERE.parents[1], check=False).returncode


def _dictionary() -> Path:
    """Pieces of the formats and of findings that random changes would hardly hit upon."""
    path = SCRATCH / "words.dict"
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in _WORDS.split("|"))
    path.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")
    return path


_WORDS = (
    "《|》|第|条|百分之|二十|分之一|名|工人|中有|小时|每周|元|至|2024年3月|部分改善|未改善|。|，|；|（|）|亿|万|半|零"
    "|Article |paragraph |of the |Labour Law| out of | of |%| percent|RMB |USD |hours|per week|May |2024| and | to |-|–|½"
    "|Current status: |Previous finding: |Corrected.|N/A|half of |one third|twenty-|No. |GB 5083-1999|PA6|6.2|the same law"
    '|{"en": "|"zh": "|null|NaN|1e999|[[|true|\\ud800|"findings": [|"marks": {"en": [|"data": {|"annotations": ['
    "|<p>|</p>|<tu>|</tu>|<seg>|<source>|<!ENTITY |<!DOCTYPE |&a;|<![CDATA[|en,zh|;|\t|\r\n|\ufeff|\u200b|\ue000|İ|😀"
    "|/Type /Page|/Kids [|/Count |stream|endstream|endobj| 0 R|/Filter /FlateDecode|/W [|/Length |BT|ET|Tj|TJ|Tm|Tf"
    "|*a|&a |!!python/object|? |- |: |!!binary|!!timestamp|0x|1_000|.inf|<<: "
)


def _child(name: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["bifinding", *_LIBRARIES.get(name, ())]):
        from .targets import TARGETS

        target = TARGETS[name]
        for i, seed in enumerate(target.seeds()):
            (SCRATCH / name / f"seed{i}").write_bytes(seed)
            target.run(seed)  # loads what is imported late, so that it is watched too
    atheris.Setup(arguments, target.run)
    atheris.Fuzz()


_LIBRARIES = {
    "settings": ("yaml",),
    "word": ("docx",),
    "xlsx": ("openpyxl",),
    "pdf": ("pdfminer", "pdfplumber"),
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], sys.argv[3:])
    else:
        main()
