"""Words of the app itself."""

EN = {
    "language.label": "Language",
}

ZH = {
    "language.label": "语言",
}
