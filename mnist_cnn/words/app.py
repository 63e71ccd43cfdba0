"""Words of the app itself."""

EN = {
    "language.label": "Language",
    "projector.label": "Projector",
    "projector.help": "Larger type and a larger canvas, for the back of the classroom",
}

ZH = {
    "language.label": "语言",
    "projector.label": "投影",
    "projector.help": "更大的字和画布，让教室后排也能看清",
}
