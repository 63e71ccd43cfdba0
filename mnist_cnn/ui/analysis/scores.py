"""The figures of an evaluation: of the whole test set, and digit by digit."""

import pandas as pd
import streamlit as st

from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.ui.language import t


def show_figures(result: Evaluation) -> None:
    """Accuracy, loss, errors and images."""
    figures = {"accuracy": f"{result.accuracy:.2%}", "loss": f"{result.loss:.4f}"}
    figures |= {"errors": f"{len(result.misclassified()):,}", "images": f"{len(result.labels):,}"}
    with st.container(horizontal=True):
        for pair in (("accuracy", "loss"), ("errors", "images")):  # on a phone each is a column
            with st.container(horizontal=True):
                for name in pair:
                    st.metric(t(f"analysis.{name}"), figures[name], border=True)


def show_digits(result: Evaluation) -> None:
    """Precision, recall, F1 and support of every digit."""
    st.markdown(f"**{t('analysis.scores')}**")
    table = pd.DataFrame({"digit": range(10)} | result.scores())
    table[["precision", "recall", "f1"]] *= 100
    table.loc[table["support"] == 0, ["precision", "recall", "f1"]] = None  # as among a class's drawings
    number = st.column_config.NumberColumn
    columns = {key: number(t(f"analysis.{key}"), format="%.2f%%") for key in ("precision", "recall", "f1")}
    columns |= {"digit": number(t("analysis.digit"), width=50), "support": number(t("analysis.support"), format="localized")}
    st.dataframe(table, hide_index=True, height="content", row_height=40, column_config=columns, alt=t("analysis.scores"))
