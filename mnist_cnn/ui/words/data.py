"""Words of the datasets, and of the page Data."""

EN = {
    "data.nav": "Data",
    "data.title": "What a network learns from",
    "data.about": "…",
    "data.label": "Dataset",
    "data.mnist": "MNIST",
    "data.digits": "Small digits (8×8)",
    "data.downloading": "MNIST is being downloaded: {share:.0%}. Until it is here, 1,797 small digits that come with scikit-learn are used.",
    "data.instead": "Until then, 1,797 small digits that come with scikit-learn are used: real handwriting, 8×8 pixels, brought to MNIST's size. Everything works with them, only less accurately.",
    "data.retry": "Download MNIST",
}

ZH = {
    "data.nav": "数据",
    "data.title": "网络从什么中学习",
    "data.about": "……",
    "data.label": "数据集",
    "data.mnist": "MNIST",
    "data.digits": "小型数字（8×8）",
    "data.downloading": "正在下载 MNIST：{share:.0%}。下载完成前，使用 scikit-learn 自带的 1,797 个小型数字。",
    "data.instead": "在此之前，使用 scikit-learn 自带的 1,797 个小型数字：真实手写，8×8 像素，放大到 MNIST 的尺寸。所有功能都可使用，只是准确率较低。",
    "data.retry": "下载 MNIST",
}
