"""Training: the same data gives the same bits; labels come from a report's structure."""

import pytest
from bifinding.corpus.schema import Finding, Given, InputError, Report, Source, Text
from bifinding.models.storage import save
from bifinding.training import collect
from bifinding.training.fit import fit, gold
from bifinding.training.recipe import Recipe
from bifinding.training.train import read_recipe


def small_corpus():
    findings, situations = collect.corpus("train")
    return findings[::12], situations[::12]


def test_the_same_data_and_seed_give_the_same_bits(tmp_path):
    findings, situations = small_corpus()
    for name in ("a", "b"):
        save(fit(findings, situations, Recipe(folds=2), "twin"), tmp_path / name)
    for file in ("model.json", "weights.safetensors"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_no_situation_is_on_both_sides_of_the_split():
    train, test = set(collect.corpus("train")[1]), set(collect.corpus("test")[1])
    assert train
    assert test
    assert not train & test


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (Given(rating="no", crucial=True), "critical"),
        (Given(rating="no", crucial=False), "major"),
        (Given(rating="partially", crucial=True), "major"),
        (Given(rating="partially"), "minor"),
        (Given(rating="no", status="corrected"), "observation"),
        (Given(status="new"), None),
    ],
)
def test_severity_follows_from_rating_and_question(given, severity):
    assert collect.implied_severity(given) == severity


def report(*given):
    findings = [
        Finding(
            id=str(i),
            source=Source(file="r"),
            texts={"en": Text.whole("Exit blocked."), "zh": Text.whole("出口堵塞。")},
            given=g,
        )
        for i, g in enumerate(given)
    ]
    return Report(file="r", layout="table", findings=findings)


def test_findings_without_a_label_teach_nothing():
    findings, groups = collect.from_reports([report(Given(area="PA7"), Given())])
    assert [f.given.area for f in findings] == ["PA7"]
    assert groups == ["r"]


def test_gold_marks_what_is_unknown_and_what_is_no_finding():
    labels = gold(report(Given(area="PA7"), Given(), Given(status="new")).findings)
    assert labels["area"].tolist() == [6, -1, -1]
    assert labels["finding"].tolist() == [1, 0, 1]


def test_a_recipe_with_an_unknown_field_is_refused(tmp_path):
    (tmp_path / "recipe.yaml").write_text("strenght: 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="strenght"):
        read_recipe(tmp_path / "recipe.yaml")
