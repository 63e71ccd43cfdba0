"""Words of what lies inside a network."""

EN = {
    "inside.title": "Look inside the network",
    "inside.empty": "Draw a digit first: every layer then shows what it makes of it.",
    "inside.views": "This network reads an image in {views} views and averages its answers. Here you see the view of the image as it is.",
    "inside.why": "Why {digit} and not {other}?",
    "inside.evidence": "Orange ink speaks for {digit}, blue ink for {other}: what happens to the answer when a {side}×{side} square of the image is covered, place by place.",
}

ZH = {
    "inside.title": "看看网络内部",
    "inside.empty": "先写一个数字，每一层就会显示它提取到了什么。",
    "inside.views": "这个网络用 {views} 个视角看一张图像，再把答案平均。这里看到的是图像原样的那一个。",
    "inside.why": "为什么是 {digit} 而不是 {other}？",
    "inside.evidence": "橙色笔迹支持 {digit}，蓝色笔迹支持 {other}：逐处遮住图像上 {side}×{side} 的方块，看答案如何变化。",
}
