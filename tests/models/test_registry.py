"""Versions, the one in use, and what a crash leaves behind."""

import json
import os
import signal
import zipfile
from pathlib import Path

import pytest
from bifinding.corpus.schema import InputError
from bifinding.models import load_classifier, registry
from bifinding.models.storage import load, save

FORMAT_1 = Path(__file__).with_name("format1.zip")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("format1")
    with zipfile.ZipFile(FORMAT_1) as archive:
        archive.extractall(folder)
    return load(folder)


@pytest.fixture
def two(home, model):
    """A registry with the versions "one", which is in use, and "two"."""
    for name in ("one", "two"):
        registry.register(name, lambda folder: save(model, folder, {"card.md": "# Card\n"}))
    registry.promote("one")
    return home


def test_without_a_registry_the_shipped_model_is_in_use(home):
    assert registry.in_use() == "shipped"
    assert registry.versions() == []
    assert registry.folder_of("default") == registry.folder_of("shipped")
    assert not home.exists()  # looking writes nothing
    assert load_classifier() is load_classifier("shipped")


def test_default_is_the_version_in_use(two):
    assert registry.versions() == ["one", "two"]
    assert registry.folder_of("default") == two / "models" / "one"
    registry.promote("two")
    assert registry.folder_of("default") == two / "models" / "two"
    assert load_classifier() is load_classifier("two")
    assert load_classifier("shipped").name != load_classifier().name
    assert load_classifier(two / "models" / "one").name == "tiny-1"


def test_rollback_goes_back_step_by_step_to_the_shipped_model(two):
    registry.promote("two")
    assert [registry.rollback(), registry.rollback()] == ["one", "shipped"]
    with pytest.raises(InputError, match="no version was in use before"):
        registry.rollback()
    assert registry.in_use() == "shipped"


def test_promoting_what_is_in_use_is_no_step(two):
    registry.promote("one")
    assert registry.rollback() == "shipped"


def test_a_version_is_never_changed(two, model):
    before = (two / "models" / "one" / "model.safetensors").stat()
    registry.register("one", lambda folder: save(model, folder))
    after = (two / "models" / "one" / "model.safetensors").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert sorted(path.name for path in (two / "models").iterdir()) == ["one", "two"]


def test_a_version_that_could_not_be_written_is_none(two):
    def fails(folder):
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        registry.register("three", fails)
    assert sorted(path.name for path in (two / "models").iterdir()) == ["one", "two"]


@pytest.mark.parametrize("name", ["../one", "a/b", ".hidden", "", "default", "shipped", "x" * 80])
def test_names_that_are_none(two, name):
    with pytest.raises(ValueError, match="no name for a version"):
        registry.register(name, lambda folder: folder.mkdir())


@pytest.mark.parametrize("name", ["three", "../one", "/etc", "default"])
def test_only_versions_can_be_promoted(two, name):
    with pytest.raises(InputError, match="no such version"):
        registry.promote(name)
    assert registry.in_use() == "one"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"version": 3, "before": []}',
        '{"version": "../../x", "before": []}',
    ],
)
def test_a_pointer_that_points_nowhere_says_how_to_mend_it(two, text):
    (two / "in-use.json").write_text(text)
    with pytest.raises(InputError, match=r"in-use\.json: cannot be read .* take it away"):
        load_classifier()
    assert load_classifier("shipped").name  # the others are still there


def test_a_version_in_use_that_is_gone_says_so(two):
    (two / "models" / "one").rename(two / "elsewhere")
    with pytest.raises(InputError, match="one, is not in the registry; put it back, or"):
        load_classifier()
    registry.promote("shipped")
    assert load_classifier() is load_classifier("shipped")


def test_a_name_that_is_neither_version_nor_folder(two, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="no model of that name and no such folder"):
        load_classifier("three")
    (tmp_path / "three").mkdir()
    monkeypatch.chdir(tmp_path)
    assert registry.folder_of("three") == Path("three")


# --- a crash at any moment ------------------------------------------------------------------


def killed_at(step, work):
    """Runs ``work`` in a process that is killed the ``step``-th time it syncs, moves or takes away a
    file; whether it was."""
    child = os.fork()
    if child == 0:
        left = step

        def deadly(function):
            def call(*args, **kwargs):
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return function(*args, **kwargs)

            return call

        for name in ("fsync", "replace", "rename", "unlink", "mkdir", "rmdir"):
            setattr(os, name, deadly(getattr(os, name)))
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("work", ["register", "promote", "rollback", "overwrite"])
def test_a_crash_leaves_the_model_in_use_intact(two, model, work):
    in_use = two / "models" / "one"
    whole = {path.name: path.read_bytes() for path in in_use.iterdir()}
    other = load(in_use)
    other.name = "other"
    works = {
        "register": lambda: registry.register("three", lambda new: save(other, new, {"a": "b"})),
        "promote": lambda: registry.promote("two"),
        "rollback": registry.rollback,
        "overwrite": lambda: save(other, in_use),
    }
    step = 0
    while killed_at(step, works[work]):
        step += 1
        now = json.loads((two / "in-use.json").read_text())["version"]
        assert now in {"promote": ("one", "two"), "rollback": ("one", "shipped")}.get(
            work, ("one",)
        )
        assert load(registry.folder_of("default")).name
        assert set(registry.versions()) <= {"one", "two", "three"}
        for version in registry.versions():  # what is there is whole
            assert load(registry.folder_of(version)).name in ("tiny-1", "other")
        if work != "overwrite":
            assert {path.name: path.read_bytes() for path in in_use.iterdir()} == whole
        registry.promote("shipped")  # back to where it was
        (two / "in-use.json").write_text('{"version": "one", "before": ["shipped"]}')
    assert step >= 2
    assert load(registry.folder_of("default")).name
