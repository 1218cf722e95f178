"""`bifinding train`, end to end: three fictional reports and two corrections on a small corpus."""

import json

import numpy as np
import pytest
import yaml
from bifinding import load
from bifinding.corpus.schema import Finding, Given, InputError, Report, Source, Text
from bifinding.models import load_classifier, registry
from bifinding.training import collect
from bifinding.training.fit import cross_fit, deal
from bifinding.training.recipe import Recipe, read_recipe
from bifinding.training.train import LABEL_ERRORS, train
from bifinding.training.vectors import prepare


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_version_holds_model_card_metrics_recipe_and_label_errors(trained):
    names = {"model.safetensors", "card.md", "metrics.json", "recipe.yaml", LABEL_ERRORS}
    assert set(files(trained.folder)) == names


def test_the_recipe_says_what_it_was_made_of_and_with(trained):
    made = yaml.safe_load((trained.folder / "recipe.yaml").read_text(encoding="utf-8"))["made"]
    assert {"bifinding", "python", "numpy", "scikit-learn", "data"} <= set(made)
    assert made["data"]["own"]["findings"] == 13


def test_its_recipe_makes_it_again_to_the_bit_with_or_without_kept_vectors(
    small, base, audits, corrections, trained, tmp_path, monkeypatch
):
    first = files(trained.folder)
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path))  # another registry, no vectors kept
    recipe = trained.folder / "recipe.yaml"
    again = train(audits, corrections, config=recipe, in_use=base.folder)
    assert again.folder == tmp_path / "models" / trained.model.name
    assert files(again.folder)["model.safetensors"] == first["model.safetensors"]
    assert files(again.folder)["recipe.yaml"] == first["recipe.yaml"]


def test_what_was_told_twice_is_learned_once(trained):
    assert trained.own.findings == 14
    assert trained.own.repeated == 1  # the deposit of RMB 300 is that of RMB 200
    assert trained.own.corrected == 7


def test_own_findings_are_judged_by_models_that_never_saw_their_report(trained):
    assert trained.own.metrics["area"]["n"] == 13
    assert trained.own.compared == 13
    assert {change.task for change in trained.own.change} == {
        "area", "question", "status", "severity",
    }  # fmt: skip


def test_findings_that_the_model_in_use_has_learned_are_no_test_of_it(
    small, recipe, trained, audits, tmp_path
):
    again = train(audits, (), tmp_path / "mine", recipe, in_use=trained.model.name)
    assert again.own.compared == 0
    assert again.own.change is None
    assert again.model.name.startswith("mine-")
    assert (tmp_path / "mine" / "model.safetensors").is_file()
    assert registry.versions().count(again.model.name) == 0  # it went where it was told


def test_the_new_model_answers_the_frozen_set_beside_the_one_in_use(trained, base):
    assert trained.in_use == base.model.name
    labelled = sum(finding.given.area is not None for finding in collect.corpus("test")[0])
    assert {change.task: change.n for change in trained.change["both"]}["area"] == labelled
    for view, scores in trained.metrics.items():
        after = {change.task: change.after for change in trained.change[view]}
        assert after == {task: s["accuracy"] for task, s in scores.items()}
    metrics = json.loads((trained.folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["against"]["model"] == base.model.name
    assert metrics["own"]["label_errors"] == len(trained.own.label_errors)


def test_it_learns_from_reports(base, trained):
    """A guard on a drilling machine: said once, in one report."""
    finding = Finding(
        id="x",
        source=Source(file="x"),
        texts={"en": Text.whole("The belt of a drill runs without a guard.")},
    )
    probability = {}
    for result in (base, trained):
        [bitext] = load(result.folder).process([finding], ["classify"])
        answers = result.model.probabilities(result.model.features.transform([bitext]))
        label = result.model.heads["question"].labels.index("7.17")
        probability[result.model.name] = answers["question"][0, label]
    assert probability[trained.model.name] > 1.5 * probability[base.model.name]


def test_a_stored_version_answers_as_it_did_when_it_was_fitted(trained):
    stored = load_classifier(trained.model.name)
    assert stored.name == trained.model.name
    findings = [Finding(id="x", source=Source(file="x"), texts={"zh": Text.whole("出口被堵塞。")})]
    bitexts = load(trained.folder).process(findings, ["classify"])
    [fitted], [restored] = trained.model.predict(bitexts), stored.predict(bitexts)
    assert restored.area.label == fitted.area.label
    assert restored.area.probability == pytest.approx(fitted.area.probability, abs=2e-3)


def test_input_without_a_label_is_an_error(small, recipe):
    finding = Finding(id="1", source=Source(file="a.csv"), texts={"en": Text.whole("Exit shut.")})
    report = Report(file="a.csv", layout="table", findings=[finding])
    with pytest.raises(InputError, match="no finding in the input has a label"):
        train([report], config=recipe)


# --- recipe and folds -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("strenght: 3", "strenght"),
        ("weights: {reports: much}", "weights.reports"),
        ("[1, 2]", "no readable recipe"),
        ("a: b: c", "no readable recipe"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(tmp_path, text, said):
    (tmp_path / "recipe.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_recipe(tmp_path / "recipe.yaml")


def test_a_recipe_says_only_what_differs(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("weights: {corrections: 9}\nscales: {area: [1, 1, 0]}\n", encoding="utf-8")
    recipe = read_recipe(path)
    assert (recipe.weights.corpus, recipe.weights.corrections) == (1, 9)
    assert recipe.scales["area"] == [1, 1, 0]
    assert recipe.scales["status"] == Recipe().scales["status"]


def test_few_reports_are_held_out_one_by_one():
    groups = [f"situation {i // 2}" for i in range(50)] + ["a", "a", "b", "c", "c"]
    folds = deal(groups, folds=4, seed=0)
    by_group = {group: {folds[i] for i, g in enumerate(groups) if g == group} for group in groups}
    assert all(len(found) == 1 for found in by_group.values())
    assert len(by_group["a"] | by_group["b"] | by_group["c"]) == 3
    assert set(folds) == {0, 1, 2, 3}


def test_one_fold_calibrates_and_every_finding_of_the_users_is_judged_unseen(small):
    texts = ["Exit shut.", "Overtime worked.", "Wages late.", "Gloves missing.", "Noise too loud."]
    rows = [
        Finding(
            id=str(i),
            source=Source(file="x"),
            texts={"en": Text.whole(text)},
            given=Given(area=area, status="new", severity="minor"),
        )
        for i, (text, area) in enumerate((t, a) for t in texts for a in ("PA5", "PA7"))
    ]
    groups, recipe = [str(i) for i in range(len(rows))], Recipe(folds=4, min_count=1)
    for own in (0, 4):
        outside = cross_fit(rows, groups, recipe, "o", own=own).outside["area"]
        tried = ~np.isnan(outside).any(axis=1)
        first = deal(groups, 4, recipe.seed) == 0
        assert tried[first].all() and tried[len(rows) - own :].all()
        assert tried.all() == bool(own)  # four groups of the user's lie in the four folds


def test_weights_decide_whose_labels_are_followed(small):
    def finding(i, text, question):
        given = Given(
            area=f"PA{question.split('.')[0]}", question=question, status="new", severity="minor"
        )
        texts = {"en": Text.whole(text)}
        return Finding(id=str(i), source=Source(file="x"), texts=texts, given=given)

    words = ["Exit shut.", "Overtime worked.", "Wages late.", "Gloves missing.", "Noise too loud."]
    rows = [finding(i, text, q) for i, text in enumerate(words) for q in ("5.1", "7.8")]
    groups = [str(i) for i in range(len(rows))]
    [asked] = prepare([finding(99, "Exit shut.", "5.1")], "use")
    for heavy, area in ((0, "PA5"), (1, "PA7")):
        weights = np.where(np.arange(len(rows)) % 2 == heavy, 8.0, 1.0)
        fitted = cross_fit(rows, groups, Recipe(folds=2, min_count=1), "w", weights=weights)
        p = fitted.model.heads["area"].probabilities(fitted.model.features.transform([asked]).topic)
        assert fitted.model.heads["area"].labels[p[0].argmax()] == area
