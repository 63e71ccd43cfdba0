"""What the tests share: stores in temporary folders, small runs, real MNIST where it is at hand."""

import gc
import os
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from browser import FLAGS, SECOND, Server
from hypothesis import settings
from playwright.sync_api import Error, expect, sync_playwright

from mnist_cnn.digits import datasets
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.runs import Store
from mnist_cnn.training import training
from mnist_cnn.ui import server as app_server

os.environ["MNIST_CNN_PRECISION"] = "float32"  # the same numbers on every processor; `test_precision` has the other

settings.register_profile("studio", deadline=None, max_examples=60)
settings.load_profile("studio")

SMALL = {"filters1": 2, "filters2": 3, "kernel1": 3, "kernel2": 3, "dense_units": 8, "train_images": 200, "batch_size": 20}


@pytest.fixture(scope="session")
def real_mnist() -> Path:
    """The file of real MNIST; without it a test is skipped."""
    path = os.environ.get("MNIST_CNN_DATA")
    if not path or not Path(path).is_file():
        pytest.skip("needs real MNIST: set MNIST_CNN_DATA to the path of mnist.npz")
    return Path(path)


@pytest.fixture(scope="session")
def mnist_arrays(real_mnist) -> dict[str, np.ndarray]:
    return datasets.read_npz(real_mnist)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """An empty project folder; no MNIST in the environment or in Keras's cache either."""
    monkeypatch.delenv("MNIST_CNN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(datasets, "PROJECT", tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "models")


@pytest.fixture(scope="session")
def small():
    """Make hyperparameters of a network that trains in about a second."""
    return lambda **changes: Hyperparameters(**(SMALL | {"epochs": 2} | changes))


@pytest.fixture(scope="session")
def new_run(small):
    """Make a run of bundled digits: `new_run(store, epochs=3)`."""
    return lambda store, **changes: store.create("small", "digits", small(**changes))


@pytest.fixture(scope="session")
def trained(tmp_path_factory, new_run):
    """One finished run with some right and some wrong answers; tests only read it."""
    changes = {"filters1": 4, "filters2": 8, "dense_units": 32, "learning_rate": 0.01, "dropout2": 0.0, "epochs": 3}
    run = new_run(Store(tmp_path_factory.mktemp("trained")), **changes)
    training.train(run)
    assert run.status().state == "finished", run.status()
    return run


@pytest.fixture
def app_store(tmp_path, monkeypatch) -> Store:
    """An empty run store of the app's own, no MNIST but what the environment names, no background work."""
    monkeypatch.setenv("MNIST_CNN_MODELS", str(tmp_path))
    monkeypatch.setenv("MNIST_CNN_COLLECTION", str(tmp_path / "drawings" / "collection.jsonl"))
    monkeypatch.setattr("threading.Timer.start", lambda timer: None)
    gc.collect()
    gc.freeze()  # as `server.warm_up` would, see there: Streamlit collects garbage after every run of a page
    st.cache_resource.clear()
    yield Store()
    jobs = app_server.queue()  # what a page began would train on beside the tests that follow
    jobs.close()
    for worker in jobs._workers:
        worker.process.kill()
    st.cache_resource.clear()


@pytest.fixture
def trained_store(app_store, trained) -> Store:
    shutil.copytree(trained.folder, app_store.folder / trained.id)
    return app_store


@pytest.fixture
def small_disk(tmp_path):
    """Mount a file system of so many KiB: `small_disk(512)`; skipped where that is not allowed."""
    mounted = []

    def mount(kibibytes: int) -> Path:
        if not sys.platform.startswith("linux") or os.geteuid() != 0:
            pytest.skip("needs root on Linux, to mount a small file system")
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("mounting a small file system is not permitted here")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="session")
def fill():
    """Use up a disk to the last block: `fill(folder)`; returns the file that does, to delete it again."""

    def fill(folder: Path) -> Path:
        path = folder / "filler"
        with path.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue
        return path

    return fill


@pytest.fixture(scope="session")
def until():
    """Wait for something to come true: `until(lambda: run.status().state == "running")`."""

    def until(condition, seconds: float = 240.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    return until


@pytest.fixture(scope="session")
def chromium():
    """Chromium, yet to be started, and how: `chromium.launch(**how)`."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first takes a third less time
    installed = next(filter(None, map(shutil.which, names)), None)
    expect.set_options(timeout=120 * SECOND)
    with sync_playwright() as playwright:
        yield playwright.chromium, {"executable_path": installed, "args": FLAGS}


@contextmanager
def started(start: Callable, *args, **how):
    try:
        browser = start(*args, **how)
    except Error as error:
        warnings.warn("NO BROWSER: nothing was tested in a real one", stacklevel=1)
        pytest.skip(f"no browser: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(chromium):
    """A browser for whoever needs visitors of its own: `browser.new_context(...)`."""
    kind, how = chromium
    with started(kind.launch, **how) as browser:
        yield browser


@pytest.fixture(scope="session")
def profile(chromium, server, tmp_path_factory):
    """A browser that keeps what it compiled of Streamlit's pages, which takes half of the time of opening one."""
    kind, how = chromium
    visit = {"viewport": {"width": 1280, "height": 1000}, "base_url": server.url, "locale": "en-US"}
    with started(kind.launch_persistent_context, tmp_path_factory.mktemp("profile"), **how, **visit) as context:
        context.set_default_timeout(60 * SECOND)
        yield context


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("served") / "models")
    yield server
    server.stop()


@pytest.fixture
def page(profile, server):
    """A page of a browser that was never here."""
    page = profile.new_page()
    page.context.new_cdp_session(page).send(
        "Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "cookies,local_storage,indexeddb"}
    )
    yield page
    for each in profile.pages[1:]:  # the first one was there from the start; with the last one the browser would end
        each.close()
    server.stop_trainings()
