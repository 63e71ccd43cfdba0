"""What a report is put together from; all text is escaped here, or where it is given."""

import base64
import csv
import io
from collections.abc import Iterable
from html import escape

import numpy as np
from PIL import Image


def section(title: str, content: str) -> str:
    """A part under a heading; `content` is HTML."""
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def table(columns: Iterable, rows: Iterable[Iterable]) -> str:
    """A table of texts and numbers, the first column naming its row."""
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in columns)
    lines = []
    for first, *others in rows:
        cells = "".join(f"<td>{escape(str(cell))}</td>" for cell in others)
        lines.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def legend(names: Iterable[str]) -> str:
    """The curves of `svg.curves` by their colours, in their order."""
    keys = (f'<span class="key{number}">{escape(name)}</span>' for number, name in enumerate(names, 1))
    return f'<span class="legend">{"".join(keys)}</span>'


def picture(image: np.ndarray, caption: str, kind: str = "small") -> str:
    """An image (28, 28), uint8 or float in [0, 1], inside the file itself."""
    if image.dtype != np.uint8:
        image = np.round(image * 255).astype(np.uint8)
    Image.fromarray(image).save(png := io.BytesIO(), "PNG", optimize=True)
    return f'<img class="{kind}" alt="{escape(caption)}" src="{_address("image/png", png.getvalue())}">'


def csv_link(words: str, file: str, rows: Iterable[Iterable]) -> str:
    """A link that saves rows as a CSV file."""
    csv.writer(text := io.StringIO()).writerows(rows)
    address = _address("text/csv;charset=utf-8", text.getvalue().encode())
    return f'<a download="{escape(file)}" href="{address}">{escape(words)}</a> '


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
