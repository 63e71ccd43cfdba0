"""Words of the time machine."""

EN = {}

ZH = {}
