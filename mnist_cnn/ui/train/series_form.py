"""The controls of a series: a ready-made question, or hyperparameters and values of one's own."""

from functools import partial

import streamlit as st

from mnist_cnn.digits import strokes
from mnist_cnn.errors import StudioError
from mnist_cnn.network.hyperparameters import RANGES, VARIABLE
from mnist_cnn.runs import Run
from mnist_cnn.training import estimate, series
from mnist_cnn.training.series import READY, Series
from mnist_cnn.ui import buttons, data_notice, door, into_view, notice, run_names, state
from mnist_cnn.ui.buttons import clicked
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.train import cluster_notice, form

OWN = "own"


def choose(runs: list[Run], visitor: str) -> None:
    """The controls, how many runs they make and how long those take, and the button that begins."""
    questions = (*READY, OWN)
    question = state.choice(
        st.pills, "question", t("series.question"), questions, lambda name: t(f"series.{name}"), required=True
    )
    base = form.chosen()
    st.caption(t(f"series.{question}.about", name=run_names.described(base, form.origin(base), state.get("dataset"))))
    dataset = data_notice.choose_dataset()
    try:
        wanted = _own(dataset) if question == OWN else series.ready(question, dataset)
    except StudioError as error:
        st.error(_explain(error), icon=":material/error:")
        return
    if question != OWN:
        _plan(wanted)
    settings = wanted.settings()
    seconds = series.seconds(settings, dataset, estimate.measured_rate(runs))
    st.markdown(t("series.size", runs=len(settings), duration=notice.duration(seconds)))
    st.caption(t("series.behind"))
    cluster_notice.show()
    with st.container(horizontal=True):
        begin = clicked(t("series.start"), key="start-series", type="primary", icon=":material/play_arrow:")
        hindrance = _begin(wanted) if begin and not buttons.again("begin") else None
        if question != OWN:
            change = {"on_click": _take_over, "args": (wanted,), "icon": ":material/edit:"}
            st.button(t("series.change"), key="change-series", **change)
    if hindrance:
        st.error(explain(hindrance), icon=":material/error:")
    else:
        notice.show(partial(door.foreseen, settings, dataset))


def _own(dataset: str) -> Series:
    """The controls of a series of one's own, and what they say. Raises as `Series` and `series.parse` do."""
    fields = [field for field in form.FIELDS if field in VARIABLE and (field != "pen_copies" or strokes.find())]
    words = {field: t(f"hyperparameter.{field}") for field in fields}
    chosen = state.choice(st.multiselect, "varied", t("series.what"), fields, words.get, max_selections=2)
    varied = {field: series.parse(field, _values(field, words[field])) for field in chosen}
    look = {"help": t("series.seeds.help"), "required": True}
    seeds = state.choice(st.segmented_control, "seeds", t("series.seeds"), range(1, series.SEEDS + 1), str, **look)
    base = form.chosen()
    return Series(form.origin(base), base, dataset, varied, seeds)


def _values(field: str, name: str) -> str:
    """The control of a hyperparameter's values: those that there are to choose from, else a text."""
    label, options = t("series.values", name=name), series.options(field)
    if options is None:
        return state.control(st.text_input, f"values-{field}", label, max_chars=200, help=t("series.values.help"))
    texts = {str(value): run_names.setting(field, value) for value in options}
    return ",".join(state.choice(st.multiselect, f"values-{field}", label, texts, texts.get))


def _explain(error: StudioError) -> str:
    """What cannot be, with the hyperparameter's name in the reader's language."""
    field = error.values.get("field")
    return t(error.code, **error.values | {"field": t(f"hyperparameter.{field}")}) if field in RANGES else explain(error)


def _plan(wanted: Series) -> None:
    """What a ready-made series varies, how often, and what else its runs are."""
    with st.container(gap="xxsmall"):
        for field, values in wanted.varied.items():
            told = ", ".join(map(partial(run_names.setting, field), values))
            st.markdown(t("series.plan", name=t(f"hyperparameter.{field}"), values=told))
        st.markdown(t("series.plan_seeds", seeds=wanted.seeds))
        changes = run_names.changes(wanted.base, wanted.preset, wanted.dataset, VARIABLE - {*wanted.varied})
        st.caption(t("series.rest", name=" · ".join([t(f"preset.{wanted.preset}"), *changes])))


def _take_over(wanted: Series) -> None:
    """Make a ready-made series one's own: its settings in the form, its values in their controls."""
    state.put("preset", wanted.preset)
    for field, value in wanted.base.to_dict().items():
        state.put(field, value)
    for field, values in wanted.varied.items():
        told = series.told(values)
        state.put(f"values-{field}", told.split(", ") if series.options(field) else told)
    state.put("varied", [*wanted.varied])
    state.put("seeds", wanted.seeds)
    state.put("question", OWN)


def _begin(wanted: Series) -> StudioError | OSError:
    """Begin the series and have the page show it; what hinders that."""
    try:
        made = door.begin_series(wanted)
    except (StudioError, OSError) as error:
        return error
    buttons.acted("begin")
    state.put("series", made[0].series.id)
    state.put("series-metric", None)
    into_view.bring("shown-series")
    st.rerun()
