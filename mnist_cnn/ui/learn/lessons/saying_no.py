"""Can it say "no"?"""

from mnist_cnn.ui import drawn
from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Action, Hint, Lesson, Option, Step, Words

SURE = 0.8  # confidence


def _read(context: Context, doubts: bool) -> dict | None:
    """What the network on Draw thinks of the drawing, if it is one that learned from what is no digit, or one that did not."""
    run, mine = context.chosen("model"), drawn.digit()
    if mine is None or run is None or bool(run.hyperparameters.nondigits) != doubts:
        return None
    return checks.read(run, mine[1])


def _doubted(context: Context) -> bool:
    """Whether a network that learned from what is no digit refuses the drawing."""
    doubter, mine = context.doubter(), drawn.digit()
    return bool(doubter and mine) and not checks.read(doubter, mine[1])["sure"]


def _fooled(context: Context) -> dict | None:
    """A network that never saw anything but digits is sure of a drawing that one which did refuses."""
    told = _read(context, doubts=False)
    return told if told and told["confidence"] >= SURE and _doubted(context) else None


def _not_surely(context: Context) -> dict | None:
    told = _read(context, doubts=False)
    return told if told and told["confidence"] < SURE else None


def _not_doubted(context: Context) -> dict | None:
    told = _read(context, doubts=False)
    return told if told and context.doubter() and not _doubted(context) else None


def _refused(context: Context) -> dict | None:
    told = _read(context, doubts=True)
    return told if told and not told["sure"] else None


def _accepted(context: Context) -> dict | None:
    told = _read(context, doubts=True)
    return told if told and told["sure"] else None


TOO_WISE = Hint(
    Words(
        "The network that is chosen learned from letters and scribbles too. Choose the tutorial's.",
        "现在选的网络也学过字母和涂鸦。请选教程的网络。",
    ),
    lambda context: _read(context, doubts=True),
)
TOO_NAIVE = Hint(
    Words(
        "The network that is chosen has seen digits only. Choose “Sketch”.",
        "现在选的网络只见过数字。请选“手写识别”网络。",
    ),
    lambda context: _read(context, doubts=False),
)

LESSON = Lesson(
    id="saying-no",
    minutes=7,
    title=Words("Can it say “no”?", "它会说“不”吗？"),
    goal=Words(
        "A network that has seen digits only makes a digit of everything; it must learn what is none.",
        "只见过数字的网络把什么都认成数字；“不是数字”也要学。",
    ),
    steps=(
        Step(
            title=Words("Something that is no digit", "不是数字的东西"),
            question=Words(
                "You draw a letter or a house for the tutorial's network. What will it say?",
                "你给教程的网络画一个字母或一座房子。它会说什么？",
            ),
            options=(
                Option(
                    Words("That it is no digit", "这不是数字"),
                    Words("It has ten answers, and “none” is not among them.", "它只有十种回答，其中没有“都不是”。"),
                ),
                Option(
                    Words("Some digit, and quite surely", "某个数字，而且很有把握"),
                    Words("Find a drawing that fools it well.", "找一个能好好骗过它的图案。"),
                ),
                Option(
                    Words("All digits about equally", "十个数字差不多一样"),
                    Words("That would be honest. Try it.", "那才诚实。试试看。"),
                ),
            ),
            task=Words(
                "On Draw, with the tutorial's network, draw something that is no digit until it is at least 80 % sure.",
                "在“手写”页面，用教程的网络，画一个不是数字的东西，直到它至少有 80% 的把握。",
            ),
            action=Action("draw", Words("Go to Draw", "去“手写”页面"), setups.draw("one", "tutorial")),
            check=_fooled,
            explanation=Words(
                "It says {digit}, `{confidence:.1%}` sure. The ten probabilities must add up to 100 %, and it never met anything that "
                "was not a digit: it only asks which digit, never whether.",
                "它说是 {digit}，把握 `{confidence:.1%}`。十个概率加起来必须是 100%，而它从没见过数字以外的东西：它只问“是几”，从不问“是不是”。",
            ),
            expect=Words(
                "An H is read as 4, a T as 7, a house as 0, each 100.0 % sure. The app ticks where the network Sketch would refuse the drawing; a Z or an S is too much of a 2 or a 5 for that.",
                "H 被认作 4，T 被认作 7，房子被认作 0，把握都是 100.0%。“手写识别”网络会拒绝这个图案时，应用才打勾；Z 和 S 太像 2 和 5，不行。",
            ),
            hints=(
                TOO_WISE,
                Hint(
                    Words(
                        "It says {digit}, but is only `{confidence:.1%}` sure. Try another drawing.",
                        "它说是 {digit}，但把握只有 `{confidence:.1%}`。换一个图案试试。",
                    ),
                    _not_surely,
                ),
                Hint(
                    Words(
                        "It says {digit}, `{confidence:.1%}` sure; but the network Sketch takes this for a digit too. Try another letter.",
                        "它说是 {digit}，把握 `{confidence:.1%}`；可是“手写识别”网络也把它当成数字。换一个字母试试。",
                    ),
                    _not_doubted,
                ),
            ),
        ),
        Step(
            title=Words("Asked again", "再问一个网络"),
            question=Words(
                "The same drawing for the network Sketch, which also learned from letters and scribbles. What now?",
                "把同样的图案给“手写识别”网络，它还学过字母和涂鸦。这回呢？",
            ),
            options=(
                Option(
                    Words("The same digit", "同一个数字"),
                    Words(
                        "It has the same ten answers. But look at how sure it is.", "它的十种回答是一样的。但看看它有多大把握。"
                    ),
                ),
                Option(
                    Words("“Not sure”", "“不确定”"),
                    Words("How can it say so with ten answers only?", "只有十种回答，它怎么说得出来？"),
                ),
            ),
            task=Words(
                "On Draw, choose the network “Sketch” for something that is no digit.",
                "在“手写”页面选择“手写识别”网络，让它看一个不是数字的东西。",
            ),
            action=Action("draw", Words("Go to Draw", "去“手写”页面"), setups.draw("one", "sketch")),
            check=_refused,
            explanation=Words(
                "Its best answer, {digit}, has `{confidence:.1%}` only, less than its threshold of `{threshold:.1%}`. For letters and scribbles it was taught "
                "that all ten digits are equally right, and the threshold was measured on people it had never seen.",
                "它最好的回答 {digit} 只有 `{confidence:.1%}`，低于它的阈值 `{threshold:.1%}`。学习时，字母和涂鸦的标签是十个数字一样对；阈值是在它没见过的人的字迹上测出来的。",
            ),
            expect=Words(
                "Sketch refuses 96 % of letters, scribbles, pairs and blots.",
                "“手写识别”拒绝 96% 的字母、涂鸦、连写的两个数字和墨团。",
            ),
            hints=(
                TOO_NAIVE,
                Hint(
                    Words(
                        "It says {digit}, `{confidence:.1%}` sure, and its threshold is `{threshold:.1%}`. Draw something less like a digit.",
                        "它说是 {digit}，把握 `{confidence:.1%}`，而阈值是 `{threshold:.1%}`。画一个不那么像数字的东西。",
                    ),
                    _accepted,
                ),
            ),
        ),
        Step(
            title=Words("And a real digit", "真正的数字呢"),
            question=Words(
                "Who can say “no” may say it too often. Will it refuse your digits?",
                "会说“不”，也可能说得太多。它会拒绝你写的数字吗？",
            ),
            options=(
                Option(Words("Every other one", "一半会"), Words("Then nobody would use it. Try.", "那就没人用了。试试。")),
                Option(Words("Hardly ever", "几乎不会"), Words("Try a careless one too.", "也试试写得潦草的。")),
            ),
            task=Words(
                "On Draw, with “Sketch”, draw a digit of which it is sure.", "在“手写”页面，用“手写识别”写一个它有把握的数字。"
            ),
            action=Action("draw", Words("Go to Draw", "去“手写”页面"), setups.draw("one", "sketch")),
            check=_accepted,
            explanation=Words(
                "{digit}, `{confidence:.1%}` sure. The threshold is a compromise: higher, and more scribbles are refused, but more digits too.",
                "{digit}，把握 `{confidence:.1%}`。阈值是一种折中：调高，拒绝的涂鸦更多，但拒绝的数字也更多。",
            ),
            expect=Words(
                "It refuses 0.8 % of digits by people it never saw.",
                "对没见过的人写的数字，它拒绝 0.8%。",
            ),
            hints=(
                TOO_NAIVE,
                Hint(
                    Words(
                        "Not sure: `{confidence:.1%}`, and its threshold is `{threshold:.1%}`. Draw a digit.",
                        "不确定：只有 `{confidence:.1%}`，而阈值是 `{threshold:.1%}`。写一个数字。",
                    ),
                    _refused,
                ),
            ),
        ),
    ),
    discuss=(
        Words("Where is a wrong answer worse than none?", "在什么场合，错误的回答比不回答更糟？"),
        Words("Why can the ten probabilities not say “none of them”?", "为什么十个概率说不出“都不是”？"),
    ),
)
