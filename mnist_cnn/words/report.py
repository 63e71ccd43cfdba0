"""Words of the report that a student takes home; what a page says too has its words there."""

EN = {
    "report.title": "Report: {name}",
    "report.drawing": "My drawing",
    "report.read": "Read as {digit} ({share:.1%})",
    "report.curves": "How it learned",
    "report.no_epochs": "No epoch of this run was finished.",
    "report.history_csv": "All epochs (CSV)",
    "report.matrix_csv": "Confusion matrix (CSV)",
    "report.scores_csv": "Scores of every digit (CSV)",
    "report.matrix_about": "Rows are labels, columns predictions. Read right is what lies on the diagonal; the darker the orange, the more often one digit is taken for another.",
    "report.worst": "Its worst mistakes",
    "report.worst_about": "Label → prediction · confidence. The surest come first: these it got wrong without a doubt.",
    "report.comparison": "Beside another network",
    "report.right_by": "Read right by",
    "report.count": "Count",
    "report.settings": "Settings and layers",
    "report.made": "Made with MNIST CNN Studio. Images: MNIST by Y. LeCun, C. Cortes and C. Burges, CC BY-SA 3.0; small digits by E. Alpaydin and C. Kaynak, CC BY 4.0.",
}

ZH = {
    "report.title": "报告：{name}",
    "report.drawing": "我写的数字",
    "report.read": "识别为 {digit}（{share:.1%}）",
    "report.curves": "学习过程",
    "report.no_epochs": "这条训练记录没有完成任何一轮。",
    "report.history_csv": "各轮数据（CSV）",
    "report.matrix_csv": "混淆矩阵（CSV）",
    "report.scores_csv": "各数字的指标（CSV）",
    "report.matrix_about": "行是标签，列是预测。对角线上是识别正确的图像；橙色越深，表示越常把一个数字认成另一个。",
    "report.worst": "最严重的错误",
    "report.worst_about": "标签 → 预测 · 置信度。最有把握的在前：网络毫不怀疑，却认错了。",
    "report.comparison": "与另一个网络比较",
    "report.right_by": "哪个网络认对",
    "report.count": "数量",
    "report.settings": "设置与各层",
    "report.made": "由 MNIST CNN Studio 生成。图像：MNIST，作者 Y. LeCun、C. Cortes、C. Burges，CC BY-SA 3.0；小尺寸数字，作者 E. Alpaydin、C. Kaynak，CC BY 4.0。",
}
