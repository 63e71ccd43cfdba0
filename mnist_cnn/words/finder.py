"""Words of the learning rate finder."""

EN = {
    "finder.title": "Loss over learning rate",
    "finder.chart": "Loss over learning rate, smoothed, as the rate rises batch by batch",
    "finder.growing": "With every batch the rate grows a little. Watch where the loss begins to fall, and where it flies off.",
    "finder.suggested": "**{rate:g}** is a good rate to begin with: there the loss falls fastest.",
    "finder.check": "Another rule of thumb, a tenth of the rate of the lowest loss, says {tenth:g}. Neither is exact: rates between them, and a few times higher, are worth a try.",
    "finder.none": "These batches do not tell a rate: too few of them, or the loss did not fall. More epochs make more batches; a higher learning rate makes the test reach further.",
    "finder.done": "The range test is done",
    "finder.purpose": "This run is for its curve, not for its network: what is kept of that is from just before the rate became too high, and reads poorly.",
    "finder.use": "Set this rate",
    "finder.smoothed": "Smoothed loss",
}

ZH = {
    "finder.title": "损失随学习率的变化",
    "finder.chart": "学习率逐批升高时的损失曲线（已平滑）",
    "finder.growing": "每训练一批，学习率就升高一点。注意损失从哪里开始下降，又在哪里飞涨。",
    "finder.suggested": "可以先用 **{rate:g}**：损失在这里下降得最快。",
    "finder.check": "另一条经验法则是取损失最低处学习率的十分之一，即 {tenth:g}。两者都不精确：它们之间以及再高几倍的学习率都值得一试。",
    "finder.none": "从这些批次看不出合适的学习率：批次太少，或者损失没有下降。增加训练轮数可得到更多批次；提高学习率可让测试走得更远。",
    "finder.done": "范围测试已完成",
    "finder.purpose": "这次训练只为得到曲线，不为得到网络：保留的是学习率过高之前的网络，识别效果不好。",
    "finder.use": "采用这个学习率",
    "finder.smoothed": "平滑后的损失",
}
