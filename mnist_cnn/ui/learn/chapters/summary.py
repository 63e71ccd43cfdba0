"""The summary of the network, every number of it as a product; and the tutorial's two networks beside each other."""

import streamlit as st

from mnist_cnn.network import counting
from mnist_cnn.network.counting import Count
from mnist_cnn.network.hyperparameters import PRESETS
from mnist_cnn.runs import Run
from mnist_cnn.ui import state
from mnist_cnn.ui.language import t
from mnist_cnn.ui.learn import tables


def show(run: Run) -> None:
    """The layers of the run; one of them in words; why the tutorial says 242,062 and its transcript 57,742."""
    counts = counting.explain(run.hyperparameters)
    names = [count.layer.name for count in counts]
    chosen = state.get("counted") if state.get("counted") in range(len(counts)) else None
    state.choice(st.pills, "counted", t("chapter.summary.layer"), range(len(counts)), names.__getitem__, shown=chosen)
    if chosen is not None:
        with st.container(border=True, key="equation"):
            st.markdown(f"`{_equation(counts[chosen])}`")
            st.markdown(_words(counts[chosen]))
    head = [t(f"chapter.summary.{word}") for word in ("layer", "output", "parameters")]
    rows = [(count.layer.name, _shape(count.layer.output_shape), _equation(count)) for count in counts]
    rows.append((t("chapter.summary.total"), "", f"{sum(count.total for count in counts):,}"))
    tables.show(head, rows, t("chapter.summary"), {chosen} if chosen is not None else ())
    st.markdown(f"**{t('chapter.summary.twice')}**")
    st.caption(t("chapter.summary.twice_about"))
    _show_both()


def _show_both() -> None:
    """The tutorial as written beside its transcript, layer by layer; the rows that differ stand out."""
    written, ran = (counting.explain(PRESETS[name]) for name in ("tutorial", "transcript"))
    kinds = zip(written, ran, strict=False)
    twice = next(place for place, (one, other) in enumerate(kinds) if one.layer.kind != other.layer.kind)
    beside = [*written[:twice], *[None] * (len(ran) - len(written)), *written[twice:]]
    rows = [(other.layer.name, _cell(one), _cell(other)) for one, other in zip(beside, ran, strict=True)]
    marked = {place for place, (_, one, other) in enumerate(rows) if one != other}
    totals = (f"{sum(count.total for count in counts):,}" for counts in (written, ran))
    rows.append((t("chapter.summary.total"), *totals))
    head = [t(f"chapter.summary.{word}") for word in ("layer", "written", "ran")]
    tables.show(head, rows, t("chapter.summary.twice"), marked)


def _cell(count: Count | None) -> str:
    """What a layer learns or, where it learns nothing, its output shape."""
    if count is None:
        return "–"
    return _equation(count) if count.factors else _shape(count.layer.output_shape)


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(f"{side:,}" for side in shape)


def _equation(count: Count) -> str:
    """ "5·5·1·16 + 16 = 416", or "0"."""
    return f"{count.formula} = {count.total:,}" if count.factors else "0"


def _words(count: Count) -> str:
    """Why the layer has so many."""
    kind, factors = count.layer.kind, count.factors
    if kind == "Conv2D":
        told = {"side": factors[0], "channels": factors[2], "filters": factors[3], "biases": count.biases}
        return t(f"chapter.summary.Conv2D{'' if count.biases else '.bare'}", **told)
    told = {"product": "·".join(map(str, count.input_shape)), "count": count.layer.output_shape[0]}
    told |= {"inputs": count.input_shape[0], "units": count.layer.output_shape[0], "channels": count.input_shape[-1]}
    return t(f"chapter.summary.{kind}", **told)
