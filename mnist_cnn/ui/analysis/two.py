"""Two networks on the same test set: what differs in their settings, their curves, their mistakes, and what is chance."""

import streamlit as st

from mnist_cnn.errors import StudioError
from mnist_cnn.reading import comparison, prediction
from mnist_cnn.reading.comparison import Comparison
from mnist_cnn.runs import Run
from mnist_cnn.ui import evaluated, run_names, run_picker, server, state, trouble
from mnist_cnn.ui.analysis import pair_charts, pair_images
from mnist_cnn.ui.language import explain, t
from mnist_cnn.ui.navigation import PAGES
from mnist_cnn.ui.train import curves, settings

SWAPPED = {"both": "both", "only_a": "only_b", "only_b": "only_a", "neither": "neither"}


def show() -> None:
    """The choice of the two, and all that they differ in; where they cannot be compared, a sentence."""
    a, b = _choose()
    try:
        comparison.check(a, b)
        result = Comparison(evaluated.result(a), evaluated.result(b))
    except StudioError as error:
        st.info(explain(error), icon=":material/compare_arrows:")
        return
    except OSError as error:
        st.error(explain(error), icon=":material/error:")
        return
    if state.get("paired") != (a.id, b.id):
        state.put("paired", (a.id, b.id))
        state.put("pair-page", 1)
    called = _called(a, b)
    with st.container(border=True, key="pair-verdict"):
        st.markdown(f"**{result.verdict(t)}**")
        st.caption(t("compare.about"))
    left, right = st.columns(2, gap="medium")
    with left:
        with st.container(border=True, key="pair-matrix"):
            pair_images.show_matrix(result)
        with st.container(border=True, key="pair-recall"):
            _recall(result, called)
    with right.container(border=True, height="stretch", key="pair-images"):
        pair_images.show(a, b, result)
    with st.container(border=True, key="pair-curves"):
        st.fragment(curves.show)([a, b], "pair-", page="analysis", called=called)
    with st.container(border=True, key="pair-settings"):
        settings.show_differences([a, b], called)


def _choose() -> tuple[Run, Run]:
    """The two; the page ends here where there are not that many."""
    if len(prediction.usable(server.store().runs())) == 1:
        with st.container():
            st.info(t("compare.one"), icon=":material/model_training:")
            st.page_link(PAGES["train"].file, label=t("home.train"), icon=":material/arrow_forward:")
        raise trouble.PageEnds
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a = run_picker.choose("pair-a", t("compare.a"))
        between = st.container(width="content")
        b = run_picker.choose("pair-b", t("compare.b"), lambda runs: _other(a, runs))
        between.button(t("compare.swap"), key="swap", icon=":material/swap_horiz:", on_click=_swap, args=(a, b))
    return a, b


def _other(a: Run, runs: list[Run]) -> Run:
    """What to compare a run with unless told otherwise: another of its dataset, if there is one."""
    others = [run for run in runs if run.id != a.id]
    return prediction.default_model([run for run in others if run.dataset == a.dataset] or others)


def _swap(a: Run, b: Run) -> None:
    """A becomes B and B becomes A; the images that are shown stay the same."""
    state.put("pair-a", b.id)
    state.put("pair-b", a.id)
    state.put("pair-shown", SWAPPED.get(shown := state.get("pair-shown"), shown))


def _called(a: Run, b: Run) -> dict[str, str]:
    names = run_names.labels([a, b])
    return {run.id: t("compare.named", letter=letter, name=names[run.id]) for letter, run in (("A", a), ("B", b))}


def _recall(result: Comparison, called: dict[str, str]) -> None:
    """The recall of each digit, with its interval, of both in one chart."""
    st.markdown(f"**{t('compare.recall')}**")
    st.caption(t("compare.recall_about"))
    st.vega_lite_chart(*pair_charts.recall(result, [*called.values()]), alt=t("compare.recall"))
