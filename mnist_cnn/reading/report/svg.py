"""The pictures of a report, as SVG made by hand: they need no script, print sharply, and follow the page's colours."""

import math
from html import escape

import numpy as np

WIDTH, HEIGHT = 480, 270  # of curves, in the units of the picture
LEFT, RIGHT, TOP, BOTTOM = 54, 12, 10, 40  # around the plot
CELL, HEAD = 42, 40  # of the confusion matrix: side of a cell, room for the digits and titles
HEAT = np.array([(255, 227, 199), (247, 103, 7), (166, 30, 0)])  # from the fewest errors to the most
Points = list[tuple[float, float]]


def curves(lines: dict[str, Points], epochs: int, title: str, below: str, percent: bool) -> str:
    """Curves over the epochs, the first one drawn through, the second one dashed; points that are no number are left out.

    Parameters
    ----------
    lines : (epoch, value) by what the curve is called.
    title : what the picture is, for those who cannot see it.
    below : title of the horizontal axis.
    percent : whether values are shares, 0 to 1.
    """
    lines = {name: [point for point in points if math.isfinite(point[1])] for name, points in lines.items()}
    values = [value for points in lines.values() for _, value in points] or [0, 1]
    ticks = _ticks(min(values), max(values))
    low, high = ticks[0], ticks[-1]

    def x(epoch: float) -> float:
        return LEFT + epoch / epochs * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    decimals = max(0, -math.floor(math.log10((ticks[1] - ticks[0]) * (100 if percent else 1)) + 1e-9))
    parts = []
    for tick in ticks:
        words = f"{tick:.{decimals}{'%' if percent else 'f'}}"
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(_text(LEFT - 8, y(tick) + 4, words, "end"))
    for epoch in range(0, epochs + 1, max(1, epochs // 10)):
        parts.append(_text(x(epoch), HEIGHT - BOTTOM + 18, str(epoch)))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, below))
    for number, points in enumerate(lines.values(), 1):
        placed = [(f"{x(epoch):.1f}", f"{y(value):.1f}") for epoch, value in points]
        parts.append(f'<polyline class="line{number}" points="{" ".join(map(",".join, placed))}"/>')
        parts += [f'<circle class="dot{number}" cx="{left}" cy="{top}" r="2.5"/>' for left, top in placed]
    return _picture(WIDTH, HEIGHT, title, parts)


def bars(shares: np.ndarray, title: str) -> str:
    """A bar for each of ten digits, shares (10,) in [0, 1], the longest standing out."""
    parts, best, step, full = [], int(np.argmax(shares)), 24, 350
    for digit, share in enumerate(map(float, shares)):
        top = digit * step
        parts.append(_text(8, top + 17, str(digit)))
        kind = "best" if digit == best else "other"
        parts.append(f'<rect class="{kind}" x="20" y="{top + 4}" width="{max(1, share * full):.1f}" height="16" rx="3"/>')
        parts.append(_text(26 + share * full, top + 17, f"{share:.1%}", "start"))
    return _picture(440, 10 * step, title, parts)


def matrix(counts: np.ndarray, title: str, label: str, prediction: str) -> str:
    """The confusion matrix, counts (10, 10), rows the label; colour goes by errors, the diagonal has its own."""
    worst = max(1, int((counts - np.diag(np.diag(counts))).max()))
    side = HEAD + 10 * CELL
    parts = [_text(HEAD + 5 * CELL, 14, prediction)]
    parts.append(f'<text transform="translate(12 {HEAD + 5 * CELL}) rotate(-90)" text-anchor="middle">{escape(label)}</text>')
    for digit in range(10):
        middle = HEAD + digit * CELL + CELL / 2
        parts += [_text(middle, HEAD - 8, str(digit)), _text(HEAD - 10, middle + 4, str(digit))]
    for (row, column), count in np.ndenumerate(counts):
        left, top = HEAD + column * CELL, HEAD + row * CELL
        look, ink = _cell(row == column, int(count), int(count) / worst)
        parts.append(f'<rect {look} x="{left + 1}" y="{top + 1}" width="{CELL - 2}" height="{CELL - 2}" rx="4"/>')
        if count:
            where = f'x="{left + CELL / 2}" y="{top + CELL / 2 + 4}"'
            parts.append(f'<text {where} text-anchor="middle" style="fill:{ink}">{count}</text>')
    return _picture(side, side, title, parts)


def _cell(right: bool, count: int, share: float) -> tuple[str, str]:
    """Attributes of a cell's ground, and the colour of its number."""
    if right:
        return 'class="right"', "white"
    if not count:
        return 'class="none"', ""
    red, green, blue = (round(np.interp(share, (0, 0.5, 1), channel)) for channel in HEAT.T)
    return f'fill="rgb({red},{green},{blue})"', "white" if share > 0.4 else "#4a2300"


def _ticks(low: float, high: float) -> list[float]:
    """Four to nine round numbers from at most the lowest value to at least the highest."""
    span = max(high - low, 1e-3 * max(abs(high), 1))
    step = 10 ** math.floor(math.log10(span / 3))
    step *= next(times for times in (1, 2, 5, 10) if span / (step * times) <= 6)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _picture(width: int, height: int, title: str, parts: list[str]) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
