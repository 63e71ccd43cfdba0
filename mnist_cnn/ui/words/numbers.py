"""Words of what shows every number inside a network."""

EN = {}

ZH = {}
