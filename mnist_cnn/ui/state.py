"""What a page remembers: one table of it, and the controls that show and change it.

Everything is kept by value in the session, never by the label that a control shows for it, because labels change:
with the language, with a run's name. What the table marks so also stands in the address of its page: a link or a
reload opens the same.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import streamlit as st

from mnist_cnn.digits.datasets import DATASETS
from mnist_cnn.network.hyperparameters import PRESETS, RANGES, VARIABLE, Hyperparameters
from mnist_cnn.reading.comparison import GROUPS
from mnist_cnn.reading.stress import DISTORTIONS, EPSILONS
from mnist_cnn.training import series
from mnist_cnn.training.outcome import METRICS
from mnist_cnn.ui.hideable import HIDEABLE
from mnist_cnn.ui.navigation import PAGES
from mnist_cnn.ui.parsing import Parse, listed, one_of, some_of, within


@dataclass(frozen=True)
class Entry:
    """One thing that is remembered.

    Attributes
    ----------
    default : its value in a new session, or a function that gives it.
    pages : those in whose address it stands.
    parse : its value from the address's text; raises ValueError or StudioError for what cannot be one.
    """

    default: Any = None
    pages: tuple[str, ...] = ()
    parse: Parse = str

    def first(self) -> Any:
        """Its value while nobody has changed it."""
        return self.default() if callable(self.default) else self.default


def _hyperparameter(field: str) -> Entry:
    """Starts as the preset has it, so that an address tells only what differs from the preset."""
    kind = type(getattr(PRESETS["tutorial"], field))

    def parse(text: str):
        value = one_of(True, False)(text) if kind is bool else kind(text)
        return getattr(Hyperparameters.from_dict({field: value}), field)

    pages = ("train", "data") if field in OF_DATA else ("train",)
    return Entry(lambda: getattr(PRESETS[get("preset")], field), pages, parse)


def _values(field: str) -> Entry:
    """The values of a hyperparameter in a series of one's own, as texts: those that are chosen, or one that was typed."""
    first = series.suggested(field)
    return Entry(lambda: first.split(", "), ("train",), listed) if series.options(field) else Entry(first, ("train",))


OF_DATA = ("validation_split", "train_images", "augmentation")  # hyperparameters


CELLS = tuple(f"{cell:02}" for cell in range(100))  # of a confusion matrix: label and prediction
ABOUT_ONE_DIGIT = ("learn", "stress", "map")  # pages

# Every key of the session that pages share or keep. Keys of buttons and the like, which say nothing later, are theirs.
TABLE = {
    "lang": Entry(None, tuple(PAGES), one_of("en", "zh")),
    "projector": Entry(False, tuple(PAGES), one_of(True, False)),  # larger type and canvas
    "visitor-id": Entry(lambda: secrets.token_hex(16)),  # until the browser tells its own
    "visitor-met": Entry(False),  # whether the browser has done so
    "page": Entry("home"),  # the one that is shown
    "opened": Entry(dict),  # whether expanders are, by their keys
    "clicked": Entry(),  # the key of the button that was, until its page has dealt with it
    "dialog": Entry(),  # the key of the button that opened the one that is open, and what it is about
    "dialog-drawn": Entry(False),  # by this run of the page
    "acted": Entry(dict),  # when something was done last, by its name, on the monotonic clock
    "going": Entry(),  # the one that a click led to, until it is there
    "hide": Entry(list, tuple(PAGES), some_of(*HIDEABLE)),  # what a lesson does not need
    "left-out": Entry(list),  # of the link that the dialog shows
    "into-view": Entry(("", 0)),  # key of the container, and how many were asked for
    # The digit that a page is about
    "subject": Entry("test", ABOUT_ONE_DIGIT, one_of("test", "own")),
    "subject-digit": Entry(7, ABOUT_ONE_DIGIT, one_of(*range(10))),
    "subject-number": Entry(1, ABOUT_ONE_DIGIT, one_of(*range(1, 101))),  # among the test images of that digit
    # Learn
    "learn-view": Entry("chapters", ("learn",), one_of("chapters", "lessons", "teacher")),
    "chapter": Entry("image", ("learn",)),
    "learned": Entry(None, ("learn",)),  # the network that the chapters are about
    "pixel-row": Entry(1, ("learn",), within(1, 28)),
    "fullest": Entry(),  # whether the row with the most ink was found
    "one-hot": Entry(None, ("learn",), one_of(*range(10))),  # until it is chosen, the label of the image
    "dropped": Entry(0.25, ("learn",), within(0.0, 0.9)),
    "dropped-times": Entry(1),
    "counted": Entry(None, ("learn",), int),  # the layer whose parameters are counted, by its place
    "told": Entry(7, ("learn",), one_of(*range(10))),  # what a drawing is
    "what-if": Entry(0.1, ("learn",), within(0.01, 1.0)),  # probability of the right digit
    "split-share": Entry(0.2, ("learn",), within(0.0, 0.5)),
    "split-batch": Entry(300, ("learn",), within(8, 2000)),
    "epoch": Entry(1, ("learn",), int),
    "among": Entry(10_000, ("learn",), int),  # test images
    "tens": Entry(0, ("learn",), int),
    "scored": Entry(9, ("learn",), one_of(*range(10))),
    "lesson": Entry(None, ("learn",)),
    "step": Entry(1, ("learn",), within(1, 9)),
    "guesses": Entry(list, tuple(PAGES), listed),  # "LESSON.STEP.OPTION" of what was predicted
    "errand": Entry(None, tuple(PAGES)),  # "LESSON.STEP" that sent the reader to another page
    # Train
    "dataset": Entry("mnist", ("train", "data"), one_of(*DATASETS)),
    "preset": Entry("quick", ("train", "data"), one_of(*PRESETS)),  # the one that the settings started from
    **{field: _hyperparameter(field) for field in RANGES},
    "run-name": Entry(""),
    "walk": Entry(),  # a network that is trained step by step
    "run": Entry(None, ("train",)),  # the one that is shown
    "run-shown": Entry(),  # the same where nobody chose it, so that it may be another one tomorrow
    "log": Entry(False, ("train", "learn"), one_of(True, False)),  # whether the curves' axis is logarithmic
    "smooth": Entry(False, ("train", "learn"), one_of(True, False)),
    "hindered": Entry(),  # id of the run or series that could not be stopped or resumed, and why
    "of-series": Entry(False, ("train",), one_of(True, False)),  # whether the list of runs has those of series
    "compared": Entry(list, ("train",), listed),
    "compared-log": Entry(False, ("train",), one_of(True, False)),
    "compared-smooth": Entry(False, ("train",), one_of(True, False)),
    # A series, on Train
    "train-view": Entry("one", ("train",), one_of("one", "series")),
    "question": Entry("dropout", ("train",), one_of(*series.READY, "own")),
    "varied": Entry(lambda: ["dropout2"], ("train",), lambda text: listed(text)[:2]),
    **{f"values-{field}": _values(field) for field in RANGES if field in VARIABLE},
    "seeds": Entry(3, ("train",), within(1, series.SEEDS)),
    "series": Entry(None, ("train",)),  # id of the one that is shown
    "series-metric": Entry(None, ("train",), one_of(*METRICS)),
    # Draw
    "model": Entry(None, ("draw",)),
    "mode": Entry("one", ("draw",), one_of("one", "asked", "several", "photo", "pixels")),
    "brush": Entry(18, ("draw",), one_of(*range(8, 41))),
    "drawings": Entry(dict),  # by the name of their canvas
    "drawn": Entry(dict),  # what of the drawing each part of the page shows, by the part's name
    "pixels": Entry(""),  # the pixel editor's, row by row, "1" for ink
    "pixels-cleared": Entry(0),  # how often
    "it-was": Entry(),
    "asked": Entry(),  # the digit that is asked for; in no address, so that those who share one are asked for others
    "asked-turn": Entry(0),
    "asked-said": Entry(),  # the error that kept the last drawing out; or it as kept, the run that read it, how, and if surely
    "teach-said": Entry(),  # image of the drawing that was to be kept; and the error, or it as kept
    "collection-said": Entry(),  # the error that hinders a change of it
    "taught": Entry(None, ("draw",)),  # the copy that learned last
    # Analysis
    "view": Entry("one", ("analysis",), one_of("one", "two", "calibration")),
    "analysed": Entry(None, ("analysis",)),
    "tested-on": Entry("test", ("analysis",), one_of("test", "drawings")),
    "threshold": Entry(None, ("analysis",), within(0.0, 1.0)),  # None for the run's own
    "label": Entry(None, ("analysis",), one_of(*range(10))),
    "predicted": Entry(None, ("analysis",), one_of(*range(10))),
    "order": Entry("sure", ("analysis",), one_of("sure", "unsure")),
    "unit": Entry("count", ("analysis",), one_of("count", "of_label", "of_prediction")),  # of the matrix
    "filtered": Entry(),  # the run, and on what it was tested, whose images were filtered last
    "gallery-page": Entry(1),
    "pair-a": Entry(None, ("analysis",)),  # the two networks compared
    "pair-b": Entry(None, ("analysis",)),
    "pair-shown": Entry("only_b", ("analysis",), one_of(*GROUPS, *CELLS)),  # whose images
    "pair-page": Entry(1),
    "paired": Entry(),  # ids of the two whose images were shown last
    "pair-log": Entry(False, ("analysis",), one_of(True, False)),
    "pair-smooth": Entry(False, ("analysis",), one_of(True, False)),
    # Take home
    "report-name": Entry(""),
    "report-drawing": Entry(True),
    "report-other": Entry(),
    # Data
    "data-digit": Entry(3, ("data",), one_of(*range(10))),
    "sixty": Entry(0),  # how often other images were asked for
    "augmented": Entry(0),  # how often other versions were
    # Class
    "class-view": Entry("board", ("classroom",), one_of("board", "desk")),
    "class-said": Entry(),  # what came of the last click, and whether it did what it should
    "code-refused": Entry(),  # the words for why the last code was
    "class-runs": Entry(list),  # that the teacher is about to delete
    "class-whose": Entry(),  # drawings the teacher looks at
    "class-drawings": Entry(1),  # page of them
    "class-nicknames": Entry(list),  # whose the teacher is about to take away
    # Map
    "mapped": Entry(None, ("map",)),
    "projection": Entry("pca", ("map",), one_of("pca", "tsne")),
    # Stress it
    "stressed": Entry(None, ("stress",)),
    **{
        f"stress-{name}": Entry(float(d.nothing), ("stress",), within(float(d.low), float(d.high)))
        for name, d in DISTORTIONS.items()
    },
    "stress-moved": Entry(0.0),  # when a slider was, on the monotonic clock
    "epsilon": Entry(0.1, ("stress",), one_of(*EPSILONS)),
    "bent": Entry("turn", ("stress",), one_of(*DISTORTIONS)),  # what the curves are about
    "bent-runs": Entry(list, ("stress",), lambda text: listed(text)[:3]),
}


def get(name: str) -> Any:
    """The value of that entry of `TABLE`."""
    if name not in st.session_state:
        st.session_state[name] = TABLE[name].first()
    return st.session_state[name]


def put(name: str, value: Any) -> None:
    """Give an entry of `TABLE` another value."""
    TABLE[name]  # a name that is not in it is a mistake
    st.session_state[name] = value


def pop(name: str) -> Any:
    """The value of an entry, which goes back to its default."""
    value = get(name)
    st.session_state[name] = TABLE[name].first()
    return value


def control(make, name: str, label: str, then: Callable[[], None] | None = None, **look) -> Any:
    """Show a slider, a switch, a number or a text for an entry of `TABLE`, and return its value.

    Parameters
    ----------
    make : `st.slider`, `st.toggle`, `st.number_input` or `st.text_input`.
    then : called after a change.
    **look : further arguments of the control.
    """
    return _shown(make, name, "", get(name), then, (label,), look | {"value": get(name)})


def choice(make, name: str, label: str, options: Iterable, words: Callable[[Any], str], then=None, shown=..., **look) -> Any:
    """Show a control that chooses among options, or several of them where the entry's value is a list.

    Streamlit knows a choice by its label. So a control with other labels is another one, which takes the value over.

    Parameters
    ----------
    make : `st.selectbox`, `st.pills`, `st.segmented_control`, `st.select_slider` or `st.multiselect`.
    words : the label of an option.
    shown : what is chosen, where that is not simply the entry's value; None for nothing.
    then, **look : as for `control`.
    """
    options = list(options)
    value = get(name) if shown is ... else shown
    if isinstance(value, list):
        value = [one for one in value if one in options]
    elif shown is ... and value not in options:
        pop(name)  # as a run that was deleted
        value = options[0]
    labels = {option: words(option) for option in options}
    look["format_func"] = lambda option: labels.get(option, option)
    if make is st.selectbox:
        look["index"] = options.index(value)
    else:
        look["value" if make is st.select_slider else "default"] = value
    return _shown(make, name, f"{crc32(repr(labels).encode()):08x}-", value, then, (label, options), look)


def _shown(make, name: str, labels: str, value: Any, then, arguments: tuple, look: dict) -> Any:
    """The control, holding that value; what it is changed to becomes the entry's.

    Where it holds something else, because the value came from elsewhere, a new one takes its place: what Streamlit
    tells a browser of a value is lost when the page is drawn again at once.
    """
    number = st.session_state.get(f"{name}-number", 0)
    if st.session_state.get(f"{name}-{labels}{number}", value) != value:
        number = st.session_state[f"{name}-number"] = number + 1
    key = f"{name}-{labels}{number}"

    def take():
        if key not in st.session_state or st.session_state.get(f"{name}-number", 0) != number:
            return  # its page has given way to another meanwhile, or it to a new one, and a browser still tells what it held
        st.session_state[name] = st.session_state[key]
        if then:
            then()

    make(*arguments, key=key, on_change=take, **look)
    return value


def opens(key: str) -> dict:
    """Arguments of an expander that tells whether it is open, and is as it was where its page is come back to."""
    opened = st.session_state.setdefault("opened", {})
    if key in st.session_state:
        opened[key] = st.session_state[key]
    if key in opened:
        st.session_state[key] = opened[key]  # Streamlit forgets it with its label, in another language, or with its page
    return {"key": key, "on_change": "rerun"}
