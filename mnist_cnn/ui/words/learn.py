"""Words of Learn."""

EN = {
    "learn.nav": "Learn",
    "learn.title": "How a network reads, step by step",
    "learn.about": "…",
}

ZH = {
    "learn.nav": "学习",
    "learn.title": "网络如何识别，一步一步来",
    "learn.about": "……",
}
