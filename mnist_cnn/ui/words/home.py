"""Words of Home."""

EN = {
    "home.nav": "Home",
    "home.title": "How a network learns to read",
    "home.about": "A convolutional neural network learns handwritten digits from 60,000 examples. Watch it learn, hand it your own handwriting, and study its mistakes.",
    "home.draw": "Draw a digit",
    "home.draw_about": "Sketch a digit with mouse, finger or pen. See the image that the network receives and what it makes of it.",
    "home.train": "Train a network",
    "home.train_about": "Choose the network and how it learns, press a button, and watch loss and accuracy change batch by batch.",
    "home.analysis": "Study the mistakes",
    "home.analysis_about": "See which digits are taken for which, and look at every image that the network got wrong.",
    "home.mnist": "MNIST: digits that people wrote",
    "home.digits": "The digits used for now",
    "join.title": "Draw on your phone",
    "join.about": "Every phone on the same network that scans this code, or opens the address, is in the class.",
    "join.code": "QR code of {address}",
    "home.counts": "{train:,} images to learn from, {test:,} to be tested on.",
}

ZH = {
    "home.nav": "首页",
    "home.title": "神经网络如何学会识别数字",
    "home.about": "卷积神经网络从 60,000 个样本中学习手写数字。观看它学习，让它读你的字迹，研究它的错误。",
    "home.draw": "写一个数字",
    "home.draw_about": "用鼠标、手指或触控笔写一个数字，看看网络收到的图像和它的判断。",
    "home.train": "训练网络",
    "home.train_about": "选择网络和学习方式，点击按钮，看损失和准确率逐批变化。",
    "home.analysis": "分析错误",
    "home.analysis_about": "看哪些数字被误认成哪些数字，查看网络识别错的每一张图像。",
    "home.mnist": "MNIST：人们手写的数字",
    "home.digits": "目前使用的数字",
    "join.title": "用手机手写",
    "join.about": "同一局域网内的手机扫描二维码，或打开这个地址，就能加入。",
    "join.code": "{address} 的二维码",
    "home.counts": "{train:,} 张图像用于学习，{test:,} 张用于测试。",
}
