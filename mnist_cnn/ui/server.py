"""What exists once per server, whoever is looking: the runs, the queue, the warm-up, the download."""

import gc
import re
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import streamlit as st

from mnist_cnn.digits import datasets, download
from mnist_cnn.digits.collection import Collection
from mnist_cnn.errors import StudioError
from mnist_cnn.reading import prediction
from mnist_cnn.runs import Store
from mnist_cnn.training import cluster
from mnist_cnn.training.jobs import Queue
from mnist_cnn.training.rules import Rulebook
from mnist_cnn.ui import state

BROUGHT = ("streamlit.emojis", "mnist_cnn.ui.charts", "mnist_cnn.ink.segmentation")  # modules that take long to import
WARM_UP_DELAY = 0.5  # seconds for the first page to be painted before a worker is prepared


@st.cache_resource(show_spinner=False)
def store() -> Store:
    return Store()


@st.cache_resource(show_spinner=False)
def collection() -> Collection:
    return Collection()


@st.cache_resource(show_spinner=False)
def rules() -> Rulebook:
    return Rulebook()


@st.cache_resource(show_spinner=False)
def queue() -> Queue:
    return Queue(rules=rules(), store=store(), cluster=cluster.named())


def prepare() -> None:
    """When the server starts, in the background: what first visits would wait for, imports and the network of Draw.

    Then what is left of runs that were half made goes.
    """

    def work():
        for name in BROUGHT:
            import_module(name)
        with suppress(StudioError):
            datasets.load("mnist")
        if model := prediction.default_model(prediction.usable(store().runs())):
            with suppress(StudioError):  # the page that asks for it will say so
                prediction.load(model).predict(np.zeros((1, 28, 28), np.float32))
        store().sweep()
        gc.freeze()  # what was imported need not be searched each time that garbage is collected

    _in_background(work)


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """With the first visit, in the background: the line, and a worker."""

    jobs = queue()

    def work():
        jobs.adopt()
        jobs.warm()

    _in_background(work, WARM_UP_DELAY)


def _in_background(work: Callable[[], None], delay: float = 0.0) -> None:
    timer = threading.Timer(delay, work)
    timer.daemon = True
    timer.start()


@dataclass
class MnistState:
    """Whether MNIST is here. `share` of a download under way, 0 to 1, or the `problem` that is left."""

    share: float | None = None
    problem: StudioError | None = None


@st.cache_resource(show_spinner=False)
def _download() -> MnistState:
    return MnistState()


def mnist_state() -> MnistState:
    """Whether MNIST is here; where no file is, a download begins, once."""
    mnist = _download()
    if mnist.share is not None:
        return mnist
    try:
        datasets.load("mnist")
        return MnistState()
    except StudioError as error:
        if error.code == "data.missing" and mnist.problem is None:
            fetch_mnist()
            return mnist
        return MnistState(problem=mnist.problem or error)


def fetch_mnist() -> None:
    """Download MNIST in the background; `mnist_state` tells how far it is."""
    mnist = _download()
    mnist.share, mnist.problem = 0.0, None

    def progress(share: float) -> None:
        mnist.share = share

    def work():
        try:
            download.fetch_mnist(progress)
        except StudioError as error:
            mnist.problem = error
        finally:
            mnist.share = None

    threading.Thread(target=work, daemon=True).start()


START = secrets.token_hex(8)  # another one whenever a server starts

# Where a browser keeps nothing (blocked, or full), it is a new visitor at each load of the page. A page that comes back to
# a server that has started anew is loaded again: that server knows neither who it is nor what its address says by now.
_visitor = st.components.v2.component(
    "mnist_cnn_visitor",
    js="""
    export default function ({ data, setStateValue }) {
      window.mnistServer ??= data.start;
      if (window.mnistServer !== data.start) return location.reload();
      const hex = (byte) => byte.toString(16).padStart(2, "0");
      const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("");
      try {
        const id = localStorage.getItem("mnist-cnn-visitor") || fresh();
        localStorage.setItem("mnist-cnn-visitor", id);
        setStateValue("id", id);
      } catch {
        setStateValue("id", "");
      }
    }
    """,
)


def meet() -> None:
    """Have the browser say who it is; drawn before every page, so that it is known when somebody clicks."""
    with st.container(key="meet"):
        _visitor(key="visitor", data={"start": START}, on_id_change=_recognise, height=1)


def _recognise() -> None:
    """Take who the browser says it is, once: a page that goes on calling itself somebody else stays who it was."""
    if state.get("visitor-met"):
        return
    state.put("visitor-met", True)
    kept = st.session_state["visitor"].get("id")
    if isinstance(kept, str) and re.fullmatch("[0-9a-f]{32}", kept):  # anybody can send anything
        state.put("visitor-id", kept)


def met() -> bool:
    """Whether it is known who is looking: the browser has told, or there is none."""
    return state.get("visitor-met") or st.context.url is None


def visitor_id() -> str:
    """Who is looking: the same for all visits of a browser that keeps the number, else for this session."""
    return state.get("visitor-id")
