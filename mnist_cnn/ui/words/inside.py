"""Words of what lies inside a network."""

EN = {
    "inside.title": "Look inside the network",
    "inside.empty": "Draw a digit first: every layer then shows what it makes of it.",
    "inside.layers": "What each layer makes of it",
    "inside.Conv2D": "Convolution {number}",
    "inside.MaxPooling2D": "Pooling {number}",
    "inside.Dense": "Dense {number}",
    "inside.kernels": "The kernels of this layer",
    "inside.kernels_about": "The {count} kernels of {side}×{side} weights that are slid over the image, orange positive, blue negative. Below, in the same order, where each of them found what it looks for.",
    "inside.maps": "Feature maps",
    "inside.Conv2D_about": "{count} feature maps of {height}×{width}: the brighter, the more of its pattern a kernel found there.",
    "inside.MaxPooling2D_about": "{count} feature maps of {height}×{width}: of every four neighbours the strongest is kept, so that it matters less where exactly a pattern lies.",
    "inside.Dense_about": "{count} units, each of which looks at all feature maps at once. From these the ten probabilities are made.",
    "inside.why": "Why {digit} and not {other}?",
    "inside.evidence": "Orange ink speaks for {digit}, blue ink for {other}: what happens to the answer when a {side}×{side} square of the image is covered, place by place.",
}

ZH = {
    "inside.title": "看看网络内部",
    "inside.empty": "先写一个数字，每一层就会显示它提取到了什么。",
    "inside.layers": "每一层提取到了什么",
    "inside.Conv2D": "卷积 {number}",
    "inside.MaxPooling2D": "池化 {number}",
    "inside.Dense": "全连接 {number}",
    "inside.kernels": "这一层的卷积核",
    "inside.kernels_about": "在图像上滑动的 {count} 个 {side}×{side} 卷积核，橙色权重为正，蓝色为负。下面按同样的顺序显示每个卷积核在哪里找到了它要找的图案。",
    "inside.maps": "特征图",
    "inside.Conv2D_about": "{count} 张 {height}×{width} 的特征图：越亮，卷积核在那里找到的图案越明显。",
    "inside.MaxPooling2D_about": "{count} 张 {height}×{width} 的特征图：每四个相邻值只留最强的一个，图案的确切位置就不那么重要了。",
    "inside.Dense_about": "{count} 个单元，每个都同时看所有特征图。十个概率由它们算出。",
    "inside.why": "为什么是 {digit} 而不是 {other}？",
    "inside.evidence": "橙色笔迹支持 {digit}，蓝色笔迹支持 {other}：逐处遮住图像上 {side}×{side} 的方块，看答案如何变化。",
}
