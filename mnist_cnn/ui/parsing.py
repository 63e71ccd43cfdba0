"""What the text of an address may mean: each of these makes a function from it to a value, or a ValueError."""

from collections.abc import Callable
from typing import Any

Parse = Callable[[str], Any]


def one_of(*values) -> Parse:
    """Parse one of some values, by its text."""
    by_text = {str(value): value for value in values}

    def parse(text: str):
        if text not in by_text:
            raise ValueError(text)
        return by_text[text]

    return parse


def listed(text: str) -> list[str]:
    """Parse what a text tells, separated by commas, each once."""
    return list(dict.fromkeys(text.split(",")))


def some_of(*values: str) -> Parse:
    """Parse those of some names that a text tells, separated by commas, in their own order; others are passed over."""

    def parse(text: str):
        told = set(text.split(","))
        return [value for value in values if value in told]

    return parse


def within(low: float, high: float) -> Parse:
    """Parse a number in a range, of the type of its ends."""

    def parse(text: str):
        value = type(low)(text)
        if not low <= value <= high:  # also for NaN
            raise ValueError(text)
        return value

    return parse
