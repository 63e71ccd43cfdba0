"""Words of the page Class."""

EN = {
    "classroom.nav": "Class",
    "classroom.title": "Class",
    "classroom.about": "Who is here, what trains and waits, and what the class has drawn.",
    "classroom.code": "Teacher's code",
    "classroom.printed": "Teacher's code: {code} (to be entered on the page Class; MNIST_CNN_TEACHER sets another)",
    "classroom.sign_in": "I am the teacher",
    "classroom.wrong": "That is not the code.",
    "classroom.too_many": "Too many wrong codes. Try again in a minute.",
}

ZH = {
    "classroom.nav": "课堂",
    "classroom.title": "课堂",
    "classroom.about": "谁在这里，什么在训练和排队，全班写了什么。",
    "classroom.code": "教师口令",
    "classroom.printed": "教师口令：{code}（在“课堂”页输入；MNIST_CNN_TEACHER 可另行设定）",
    "classroom.sign_in": "我是老师",
    "classroom.wrong": "口令不对。",
    "classroom.too_many": "错误次数过多，请一分钟后再试。",
}
