"""Words of Stress it."""

EN = {
    "stress.nav": "Stress it",
    "stress.title": "What a network can bear",
    "stress.about": "…",
}

ZH = {
    "stress.nav": "压力测试",
    "stress.title": "网络能承受什么",
    "stress.about": "……",
}
