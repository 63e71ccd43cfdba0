"""Words of the choice of the digit that a page is about."""

EN = {
    "subject.label": "Digit to look at",
    "subject.test": "Test image",
    "subject.own": "My drawing",
    "subject.digit": "Digit",
    "subject.another": "Another one",
    "subject.image": "Number {number} of the {digit}s in the test set",
    "subject.empty": "Draw a digit here; it is the same drawing as on Draw.",
}

ZH = {
    "subject.label": "要看的数字",
    "subject.test": "测试图像",
    "subject.own": "我写的数字",
    "subject.digit": "数字",
    "subject.another": "换一张",
    "subject.image": "测试集中第 {number} 张 {digit}",
    "subject.empty": "在这里写一个数字，它与“手写”页面上的是同一个。",
}
