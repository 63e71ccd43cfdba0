"""Words of Map."""

EN = {
    "map.nav": "Map",
    "map.title": "How a network sees its digits",
    "map.about": "…",
}

ZH = {
    "map.nav": "地图",
    "map.title": "网络眼中的数字",
    "map.about": "……",
}
