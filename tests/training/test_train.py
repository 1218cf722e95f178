"""`bifinding train`, end to end: three fictional reports and two corrections on a small corpus."""

import json

import numpy as np
import pytest
import yaml
from bifinding import load
from bifinding.corpus.schema import Finding, Given, InputError, Report, Source, Text
from bifinding.corpus.tasks import LABELS
from bifinding.models import load_classifier, registry
from bifinding.models.classifier import LinearClassifier
from bifinding.models.reader import reader
from bifinding.training import collect
from bifinding.training.fit import adapt, deal, fit
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


def test_where_all_is_known_already_the_model_of_the_corpus_comes_out(
    small, recipe, base, tmp_path
):
    known = Report(file="a.csv", layout="table", findings=[collect.corpus("test")[0][0]])
    result = train([known], (), tmp_path / "same", recipe, in_use=base.model.name)
    assert (result.own.repeated, result.own.label_errors, result.own.change) == (1, [], None)
    assert result.model.name.startswith("same-") and result.in_use == base.model.name
    assert (result.model.heads["area"].weight == base.model.heads["area"].weight).all()


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
    before, after = probability[base.model.name], probability[trained.model.name]
    assert after / (1 - after) > 2 * before / (1 - before)


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


TEXTS = ["Exit shut.", "Overtime worked.", "Wages late.", "Gloves missing.", "Noise too loud."]


def told(text: str, question: str) -> Finding:
    given = Given(
        area=f"PA{question.split('.')[0]}", question=question, status="new", severity="minor"
    )
    texts = {"en": Text.whole(text)}
    return Finding(id=f"{text} {question}", source=Source(file="x"), texts=texts, given=given)


def area_of(model, text: str) -> str:
    features = model.features.transform(prepare([told(text, "1.1")], "use"))
    return LABELS["area"][int(model.probabilities(features)["area"].argmax())]


@pytest.fixture(scope="module")
def recipe_of_few():
    return Recipe(folds=2, min_count=1, held_out=0.5, asks=False)


@pytest.fixture(scope="module")
def split(small, recipe_of_few):
    """A model that knows overtime as PA6 and all else as PA7, with what it learned from."""
    rows = [told(text, "6.1" if text.startswith("Over") else "7.8") for text in TEXTS]
    model = fit(rows, [f.id for f in rows], recipe_of_few, "split")
    assert (area_of(model, "Overtime worked."), area_of(model, "Exit shut.")) == ("PA6", "PA7")
    return model, prepare(rows, "use")


def test_a_model_adapts_to_what_the_user_says_and_keeps_the_rest(split, recipe_of_few):
    base, known = split
    mine = prepare([told("Wages late.", "5.1"), told("Wages paid late.", "5.1")], "use")
    weights = np.append(np.ones(len(known)), [5.0, 5.0])
    fitted = adapt(base, known, mine, ["a", "b"], weights, recipe_of_few, "adapted")
    assert area_of(base, "Wages late.") == "PA7"
    assert area_of(fitted.model, "Wages late.") == "PA5"
    for text in ("Overtime worked.", "Exit shut.", "Noise too loud."):
        assert area_of(fitted.model, text) == area_of(base, text)


def test_what_the_user_says_holds_against_the_second_reader(split, recipe_of_few):
    base, known = split
    base = LinearClassifier(
        "asks", base.encoder, base.features, base.heads, base.review_below, asks=True
    )
    mine = prepare([told("Wages late.", "12.1"), told("Wages paid late.", "12.1")], "use")
    weights = np.append(np.ones(len(known)), [5.0, 5.0])
    fitted = adapt(base, known, mine, ["a", "b"], weights, recipe_of_few, "adapted")
    says = reader().probabilities(mine)["area"].argmax(axis=1)
    assert [LABELS["area"][k] for k in says] == ["PA5", "PA5"]
    assert area_of(fitted.model, "Wages late.") == "PA12"


def test_each_finding_of_the_users_is_judged_by_a_model_without_its_report(split, recipe_of_few):
    base, known = split
    mine = prepare([told("Canteen filthy.", "13.1"), told("Canteen dirty.", "5.1")], "use")
    weights = np.append(np.ones(len(known)), [5.0, 5.0])
    together = adapt(base, known, mine, ["a", "a"], weights, recipe_of_few, "x").outside["area"]
    features = base.features.transform(mine)
    assert together == pytest.approx(base.probabilities(features)["area"], abs=0.05)
    apart = adapt(base, known, mine, ["a", "b"], weights, recipe_of_few, "x").outside["area"]
    first, second = (LABELS["area"][k] for k in apart.argmax(axis=1))
    assert (first, second) == ("PA5", "PA13")  # each has learned from the other alone


def test_a_model_of_the_corpus_that_is_there_need_not_be_made_again(
    small, recipe, base, audits, corrections, trained, tmp_path
):
    """The model in use is another here, so that of the corpus is fitted first: the bits are the same."""
    again = train(audits, corrections, tmp_path / "x", recipe, in_use=trained.model.name)
    assert again.model.name != trained.model.name
    for task, head in trained.model.heads.items():
        assert (again.model.heads[task].weight == head.weight).all()
        assert (again.model.heads[task].bias == head.bias).all()


def test_weights_decide_whose_labels_are_followed(small, recipe_of_few):
    rows = [told(text, question) for text in TEXTS for question in ("5.1", "7.8")]
    groups = [text for text in TEXTS for _ in range(2)]
    for heavy, area in ((0, "PA5"), (1, "PA7")):
        weights = np.where(np.arange(len(rows)) % 2 == heavy, 8.0, 1.0)
        model = fit(rows, groups, recipe_of_few, "w", weights=weights)
        assert area_of(model, "Exit shut.") == area
