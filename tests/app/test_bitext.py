"""TMX, XLIFF and TSV: what was aligned is written, and is read back as the same pairs, by us and by
another library."""

import csv
import io
import json

import pytest
from bifinding.app.cli import app
from bifinding.corpus.readers import read, read_bytes
from bifinding.corpus.schema import InputError
from translate.storage import tmx, xliff
from typer.testing import CliRunner

FINDINGS = [
    {
        "id": "A-7",
        "en": "Two of 9 exits were locked. The key was kept by the guard & 3 m away <sic>.",
        "zh": "9个出口中有2个上锁。钥匙由保安保管，在3米<原文>外。",
    },
    {
        "id": "B-1",
        "en": "Workers worked 48 hours in May 2025. Records were complete.",
        "zh": "2025年5月工人工作46小时。",
    },
]


def run(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code in (0, 1), result.output
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bitext")
    (folder / "in.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in FINDINGS), encoding="utf-8"
    )
    for format in ("tmx", "xliff", "tsv", "jsonl"):
        run("check", folder / "in.jsonl", "-o", folder / f"out.{format}")
    return folder


def pairs_written(folder, both):
    """(English, Chinese) of each bead, from the records."""
    pairs = []
    for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        for bead in record["alignment"]:
            spans = {
                lang: [record["sentences"][lang][i] for i in bead[lang]] for lang in ("en", "zh")
            }
            en = " ".join(record["en"][a:b] for a, b in spans["en"])
            zh = "".join(record["zh"][a:b] for a, b in spans["zh"])
            if (en and zh) or not both:
                pairs.append((en, zh))
    return pairs


@pytest.mark.parametrize(("format", "both"), [("tmx", True), ("xliff", False), ("tsv", False)])
def test_what_was_exported_is_read_back_as_the_same_pairs(folder, format, both):
    findings = read(folder / f"out.{format}").findings
    assert [(f.en or "", f.zh or "") for f in findings] == pairs_written(folder, both)
    assert findings[0].id == "A-7:1"


def test_another_library_reads_the_same_tmx(folder):
    store = tmx.tmxfile.parsefile(str(folder / "out.tmx"))
    assert [(u.source, u.target) for u in store.units] == pairs_written(folder, both=True)


def test_another_library_reads_the_xliff_and_its_defects(folder):
    store = xliff.xlifffile.parsefile(str(folder / "out.xliff"))
    assert [(u.source, u.target or "") for u in store.units] == pairs_written(folder, both=False)
    hours = next(u for u in store.units if "48 hours" in u.source)
    assert "error: number_mismatch: English says 48 hours" in hours.getnotes()
    missing = next(u for u in store.units if u.source == "Records were complete.")
    assert "omission" in missing.getnotes()


def test_tsv_opens_in_a_spreadsheet(folder):
    data = (folder / "out.tsv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), dialect="excel-tab"))
    assert [row["zh"] for row in rows if row["id"] == "A-7:1"] == ["9个出口中有2个上锁。"]


def test_pairs_need_an_alignment(folder):
    result = CliRunner().invoke(app, ["extract", str(folder / "in.jsonl"), "-f", "tmx"])
    assert result.exit_code == 2
    assert "use align, check or analyse" in result.output


def test_a_translators_memory_in_other_codes_is_read():
    memory = """<?xml version="1.0" encoding="UTF-16"?>
<tmx version="1.4"><header srclang="EN-GB"/><body>
<tu><tuv xml:lang="EN-GB"><seg>Exit <bpt i="1"/>locked<ept i="1"/>.</seg></tuv>
<tuv xml:lang="ZH-CN"><seg>出口上锁。</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>Bonjour</seg></tuv></tu></body></tmx>"""
    report = read_bytes(memory.encode("utf-16"), "memory.tmx")
    assert [(f.en, f.zh) for f in report.findings] == [("Exit locked.", "出口上锁。")]
    assert [p.what for p in report.problems] == ["a unit without English or Chinese text"]


@pytest.mark.parametrize("text", ["<tmx><body><tu>", "<?xml version='1.0'?><xliff><file></xliff>"])
def test_bad_xml_is_one_error(text):
    with pytest.raises(InputError, match="export it again") as error:
        read_bytes(text.encode(), "bad.tmx")
    assert "\n" not in str(error.value)


def test_an_external_entity_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    text = f"""<!DOCTYPE tmx [<!ENTITY a SYSTEM "{(tmp_path / "secret").as_uri()}">]>
<tmx><tu><tuv xml:lang="en"><seg>Exit &a; locked.</seg></tuv></tu></tmx>"""
    assert "secret" not in (read_bytes(text.encode(), "x.tmx").findings[0].en or "")
