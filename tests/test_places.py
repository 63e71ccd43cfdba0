"""What the environment names is followed where it leads somewhere, and said to lead nowhere where it does not."""

import sys
from pathlib import Path

import pytest
from pages import open_page

from mnist_cnn import places
from mnist_cnn.cli import main
from mnist_cnn.digits import datasets, strokes
from mnist_cnn.digits.collection import Collection
from mnist_cnn.errors import StudioError
from mnist_cnn.runs import Store

LONG = "/" + "x" * 5000
NOWHERE = [LONG, "/dev/null/file", "~nobody-of-this-name/file", "/nowhere/file"]


@pytest.fixture(params=["long", "forbidden"])
def barred(request, monkeypatch) -> str:
    """A path that the system does not even look at."""
    if request.param == "long":
        return LONG

    def refuse(path, **_):
        raise PermissionError(13, "Permission denied", str(path))

    path = "/barred/file"
    stat = Path.stat
    monkeypatch.setattr(Path, "stat", lambda self, **how: refuse(self) if str(self).startswith(path) else stat(self, **how))
    monkeypatch.setattr(Path, "is_dir", lambda self: Path.stat(self) is None)
    monkeypatch.setattr(Path, "is_file", lambda self: Path.stat(self) is None)
    return path


def test_a_home_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("MNIST_CNN_DATA", "~/digits.npz")
    assert places.named("MNIST_CNN_DATA") == tmp_path / "digits.npz"


def test_what_is_not_named_has_its_default(monkeypatch):
    monkeypatch.setenv("MNIST_CNN_DATA", "")
    assert places.named("MNIST_CNN_DATA") is None
    assert places.named("MNIST_CNN_DATA", "here") == Path("here")


@pytest.mark.parametrize("path", [*NOWHERE, "a\0b"], ids=lambda path: path[:20])
def test_nowhere_is_no_file(path):
    assert not places.is_file(Path(path))


def test_a_barred_dataset_is_told(barred, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_DATA", barred)
    with pytest.raises(StudioError, match="no file can be read"):
        datasets.load("mnist")


def test_a_barred_cache_is_passed_over(barred, project, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", barred)
    with pytest.raises(StudioError, match="MNIST was not found"):
        datasets.load("mnist")


def test_barred_strokes_are_missing(barred, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_STROKES", barred)
    with pytest.raises(StudioError, match="No pen strokes"):
        strokes.load()


def test_a_barred_collection_is_empty_and_takes_nothing(barred, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_COLLECTION", barred)
    assert Collection().examples() == []
    with pytest.raises(OSError):
        Collection().remove(set())


def test_a_barred_folder_of_runs_is_told(barred, monkeypatch, capsys):
    monkeypatch.setenv("MNIST_CNN_MODELS", barred)
    good, (problem,) = Store().scan()
    assert good == [] and problem.code == "run.folder"
    assert main(["runs"]) == 0 and "cannot hold runs" in capsys.readouterr().err
    assert main(["train", "--dataset", "digits"]) == 1


@pytest.mark.parametrize("page", ["train", "draw"])
def test_a_page_opens_wherever_the_environment_leads(page, app_store, monkeypatch):
    for variable in ("DATA", "STROKES", "MODELS", "COLLECTION"):
        monkeypatch.setenv(f"MNIST_CNN_{variable}", LONG)
    open_page(page)


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "model.keras"
    path.write_text("old")
    with places.replacing(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old" and partial.suffix == path.suffix
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("begun", [True, False])
def test_a_file_that_could_not_be_replaced_is_kept_and_nothing_else(tmp_path, error, begun):
    path = tmp_path / "run.json"
    path.write_text("old")
    with pytest.raises(type(error)), places.replacing(path) as partial:
        if begun:
            partial.write_text("ne")
        raise error
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.fixture
def somebody_reads(monkeypatch):
    """Have Windows refuse so many acts, because somebody has the file open: `somebody_reads(2)`."""

    def refuse(times: int) -> None:
        left = iter(range(times))

        def refused(act):
            def tried(*arguments, **options):
                if next(left, None) is not None:
                    raise PermissionError(13, "The process cannot access the file because it is being used")
                return act(*arguments, **options)

            return tried

        for name in ("replace", "rename", "read_text"):
            monkeypatch.setattr(Path, name, refused(getattr(Path, name)))

    monkeypatch.setattr(places, "WINDOWS", True)
    return refuse


def test_on_windows_a_file_that_somebody_reads_is_replaced_when_that_is_over(tmp_path, somebody_reads):
    path = tmp_path / "status.json"
    path.write_text("{}")
    somebody_reads(2)
    places.write_json(path, {"state": "running"})
    somebody_reads(2)
    assert places.read_json(path) == {"state": "running"}


def test_on_windows_a_run_that_somebody_looks_at_is_removed_when_that_is_over(store, new_run, somebody_reads):
    run = new_run(store)
    somebody_reads(2)
    store.remove(run)
    assert not run.folder.exists()


def test_patience_ends_and_is_for_windows(tmp_path, somebody_reads, monkeypatch):
    path = tmp_path / "status.json"
    path.write_text("old")
    somebody_reads(1_000_000)
    monkeypatch.setattr(places, "PATIENCE", 0.05)
    with pytest.raises(PermissionError), places.replacing(path) as partial:
        partial.write_text("new")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
    monkeypatch.setattr(places, "WINDOWS", False)
    monkeypatch.setattr(places.time, "sleep", None)  # nobody waits
    with pytest.raises(PermissionError):
        places.read_json(path)


@pytest.mark.skipif(sys.platform != "linux", reason="names there are Unicode")
def test_what_has_a_name_that_is_no_unicode_is_told(app_store, monkeypatch, capsys):
    (app_store.folder / "\udcff\udcfe").mkdir(parents=True)
    monkeypatch.setenv("MNIST_CNN_DATA", "/tmp/\udcff")
    told = " ".join(warning.value for warning in open_page("train").warning)
    assert "\\udcff\\udcfe is damaged" in told and "/tmp/\\udcff" in told
    assert main(["data"]) == 1 and "/tmp/\\udcff" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="names there are Unicode")
@pytest.mark.parametrize("name", ["\udcff", "a\nb", "\x1b[31m"])
def test_a_run_whose_folder_has_a_name_that_cannot_be_shown_is_damaged(app_store, new_run, name):
    run = new_run(app_store)
    run.folder.rename(run.folder.with_name(name))
    good, (problem,) = app_store.scan()
    assert good == [] and problem.code == "run.damaged"
