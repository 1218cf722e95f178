"""The model's file: what comes back, what is older, and what a stranger may have put into it."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from bifinding import load as ready
from bifinding.corpus.schema import Finding, InputError, Source
from bifinding.corpus.stated import split_states
from bifinding.models.cues import CUES
from bifinding.models.storage import FILE, FORMAT, describe, digest, load, save
from safetensors.numpy import load_file, save_file

# Trained on 94 findings by version 0.1.0, and as later versions wrote it.
OLD = {number: Path(__file__).with_name(f"format{number}.zip") for number in (1, 2, 3)}


@pytest.fixture(scope="module")
def olds(tmp_path_factory):
    """The folder of each older format, by its number."""
    folders = {}
    for number, path in OLD.items():
        folders[number] = tmp_path_factory.mktemp(path.stem)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folders[number])
    return folders


@pytest.fixture
def old(olds):
    return olds[1]


@pytest.fixture
def tiny(old, tmp_path):
    """The same model in the present format."""
    save(load(old), tmp_path / "tiny")
    return tmp_path / "tiny"


def bitexts(*pairs):
    findings = [
        Finding(
            id="x",
            source=Source(file="x"),
            texts={"en": split_states(en, "en"), "zh": split_states(zh, "zh")},
        )
        for en, zh in pairs
    ]
    return ready("shipped").process(findings, ["classify"])


TEXTS = [
    ("Overtime reached 96 hours in May.", "5月加班达96小时。"),
    ("Not corrected. No fire drill was held this year.", "未改善。今年未进行消防演习。"),
    ("Corrected. All workers now earn the legal minimum wage.", "已改善。全部工人工资已达到当地最低工资标准。"),
    ("The factory kept the ID cards of 6 workers.", "工厂扣留了6名工人的身份证。"),
    ("Boil the noodles for three minutes.", "把面条煮三分钟。"),
]  # fmt: skip


def answers(model):
    return [
        (labels.area.label, labels.question.label, labels.status.label)
        for labels in model.predict(bitexts(*TEXTS))
    ]


# --- there and back -------------------------------------------------------------------------


@pytest.mark.parametrize("number", OLD)
def test_an_old_model_still_loads_and_answers(olds, number):
    assert describe(olds[number])["format"] == number
    assert answers(load(olds[number])) == [
        ("PA6", "6.2", "new"),
        ("PA7", "7.8", "not_corrected"),
        ("PA5", "5.1", "corrected"),
        ("PA11", "11.1", "new"),
        (None, None, None),
    ]


def test_a_restored_model_answers_the_same(tiny, tmp_path):
    assert describe(tiny)["format"] == FORMAT
    model, texts = load(tiny), bitexts(*TEXTS)
    save(model, tmp_path / "again")
    assert load(tmp_path / "again").predict(texts) == model.predict(texts)


def test_an_old_model_answers_nearly_the_same_in_the_present_format(old, tiny):
    before, after = load(old), load(tiny)
    assert answers(after) == answers(before)
    features = before.features.transform(bitexts(*TEXTS))
    after = after.probabilities(features)
    for task, p in before.probabilities(features).items():
        assert np.allclose(p, after[task], atol=0.01)


def test_saving_twice_gives_the_same_bytes_and_another_name_the_same_digest(tiny, tmp_path):
    model = load(tiny)
    save(model, tmp_path / "again")
    assert (tmp_path / "again" / FILE).read_bytes() == (tiny / FILE).read_bytes()
    before = digest(model)
    model.name = "another"
    assert digest(model) == before
    model.review_below += 0.01
    assert digest(model) != before


def test_saving_over_an_old_format_leaves_one_model(old, tmp_path):
    for path in old.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    save(load(old), tmp_path, {"card.md": "# Card\n"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["card.md", FILE]


# --- other labels, other cues ---------------------------------------------------------------


def rewritten(folder, change):
    """The model with its header's description, and tensors, changed in place."""
    path = folder / FILE
    about, tensors = describe(folder), load_file(path)
    change(about, tensors)
    save_file(tensors, path, {"bifinding": json.dumps(about)})
    return folder


def test_labels_are_found_by_name(tiny):
    expected = answers(load(tiny))

    def reverse(about, tensors):
        about["heads"]["area"]["labels"].reverse()
        for part in ("weight", "bias"):
            tensors[f"area.{part}"] = np.ascontiguousarray(tensors[f"area.{part}"][..., ::-1])

    assert answers(load(rewritten(tiny, reverse))) == expected


def test_a_label_that_the_model_does_not_know_is_never_its_answer(tiny):
    def forget(about, tensors):
        keep = [i for i, name in enumerate(about["heads"]["question"]["labels"]) if name != "6.2"]
        about["heads"]["question"]["labels"] = [
            about["heads"]["question"]["labels"][i] for i in keep
        ]
        for part in ("weight", "bias"):
            tensors[f"question.{part}"] = np.ascontiguousarray(
                tensors[f"question.{part}"][..., keep]
            )

    model = load(rewritten(tiny, forget))
    head = model.heads["question"]
    p = head.probabilities(model.features.transform(bitexts(*TEXTS)).topic)
    assert p[:, head.labels.index("6.2")].max() < 1e-6
    assert p.shape[1] == 81


def test_cues_are_found_by_name_and_unknown_ones_weigh_nothing(tiny):
    expected = answers(load(tiny))

    def shuffle(about, tensors):
        order = list(range(len(CUES)))[::-1]
        about["cues"] = [about["cues"][i] for i in order] + ["a cue of the future"]
        for task in about["heads"]:
            first = len(tensors[f"{task}.weight"]) - len(CUES)
            for part in ("weight", "exponent"):
                rows = tensors[f"{task}.{part}"]
                rows = np.concatenate(
                    [rows[:first], rows[first:][order], np.full_like(rows[:1], 9)]
                )
                tensors[f"{task}.{part}"] = rows

    assert answers(load(rewritten(tiny, shuffle))) == expected


def test_a_cue_that_the_model_does_not_know_weighs_nothing(tiny):
    def forget(about, tensors):
        del about["cues"][1]
        for task in about["heads"]:
            for part in ("weight", "exponent"):
                rows = tensors[f"{task}.{part}"]
                tensors[f"{task}.{part}"] = np.delete(rows, len(rows) - len(CUES) + 1, axis=0)

    whole = load(tiny).heads["status"].weight[-len(CUES) :]
    part = load(rewritten(tiny, forget)).heads["status"].weight[-len(CUES) :]
    assert whole[1].any()
    assert not part[1].any()
    assert np.array_equal(np.delete(part, 1, axis=0), np.delete(whole, 1, axis=0))


# --- what cannot be read --------------------------------------------------------------------


def test_a_newer_format_says_so(tiny):
    folder = rewritten(tiny, lambda about, _: about.update(format=99))
    with pytest.raises(InputError, match="model format 99, this version reads 1 to"):
        load(folder)


def other_kind(about, tensors):
    about["kind"] = "oracle"


def no_vocabulary(about, tensors):
    del about["vocabulary"]


def short_weight(about, tensors):
    tensors["area.weight"] = tensors["area.weight"][1:]


def not_a_number(about, tensors):
    tensors["area.bias"] = np.full(13, np.nan, np.float32)


def too_large(about, tensors):
    tensors["area.exponent"] = np.full_like(tensors["area.exponent"], 127)


def other_grades(about, tensors):
    about["heads"]["severity"]["labels"] = ["a", "b", "c", "d", "e"]


def labels_of_no_kind(about, tensors):
    about["heads"]["area"]["labels"] = 13


@pytest.mark.parametrize(
    "change",
    [
        other_kind,
        no_vocabulary,
        short_weight,
        not_a_number,
        too_large,
        other_grades,
        labels_of_no_kind,
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tiny, change):
    with pytest.raises(InputError, match="no readable model"):
        load(rewritten(tiny, change))


PICKLE = b"cos\nsystem\n(S'echo run > ran'\ntR."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        PICKLE,
        (2**40).to_bytes(8, "little") + b"{}",
        (2**63).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (4).to_bytes(8, "little") + b"null",
        (2 * 10**5).to_bytes(8, "little") + b"[" * 2 * 10**5,
    ],
    ids=["empty", "cut", "pickle", "huge", "negative", "no entry", "null", "deep"],
)
def test_junk_is_refused_and_nothing_in_it_is_run(tmp_path, monkeypatch, data):
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(InputError, match="no readable model"):
        load(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_folder_without_a_model_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="no readable model"):
            load(folder)


def test_a_cut_file_is_refused(tiny):
    data = (tiny / FILE).read_bytes()
    for length in (len(data) // 2, len(data) - 1):
        (tiny / FILE).write_bytes(data[:length])
        with pytest.raises(InputError, match="no readable model"):
            load(tiny)


def test_heads_are_stored_in_eight_bits_and_used_in_single_precision(tiny):
    assert load_file(tiny / FILE)["area.weight"].dtype == np.int8
    assert load(tiny).heads["area"].weight.dtype == np.float32
