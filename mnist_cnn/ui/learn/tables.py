"""Small tables of numbers, in a monospace that a projector shows."""

from collections.abc import Collection, Sequence
from html import escape

import streamlit as st


def show(head: Sequence[str], rows: Sequence[Sequence[str]], label: str, marked: Collection[int] = ()) -> None:
    """A table that scrolls where it is too wide.

    Parameters
    ----------
    head, rows : the texts of the cells; the first of each row is its heading.
    label : what a screen reader calls it.
    marked : places of the rows that stand out.
    """
    lines = ["".join(f'<th scope="col">{escape(text)}</th>' for text in head)]
    for row in rows:
        first, *others = (escape(text) for text in row)
        lines.append(f'<th scope="row">{first}</th>' + "".join(f"<td>{text}</td>" for text in others))
    marks = {place + 1 for place in marked}
    body = "".join(f"<tr{' class=marked' * (place in marks)}>{line}</tr>" for place, line in enumerate(lines))
    table = f'<table aria-label="{escape(label)}">{body}</table>'
    st.html(f'<div class="figures" tabindex="0" role="region" aria-label="{escape(label)}">{table}</div>')
