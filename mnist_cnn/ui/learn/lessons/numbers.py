"""What a digit is to a network."""

from mnist_cnn.ink import sketch
from mnist_cnn.ui import drawn, state
from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Action, Hint, Lesson, Option, Step, Words

SMALL = 0.4  # of the canvas's side that a small digit has at most
CORNER = 0.2  # of the canvas's side that its middle is away from the canvas's, at least
FEW = 20  # pixels


def _row_found(context: Context) -> dict | None:
    return {} if state.get("fullest") else None


def _small_in_a_corner(context: Context) -> dict | None:
    mine = drawn.digit()
    if mine is None:
        return None
    ink, digit = mine
    side = min(ink.shape)
    left, top, right, bottom = digit.box
    width, height = right - left, bottom - top
    away = min(abs((left + right) / 2 - ink.shape[1] / 2), abs((top + bottom) / 2 - ink.shape[0] / 2))
    if max(width, height) > SMALL * side or away < CORNER * side:
        return None
    told = {"width": width, "height": height, "side": side, "to_width": digit.size[0], "to_height": digit.size[1]}
    return told | {"left": digit.offset[0], "top": digit.offset[1]}


def _pixels(context: Context) -> dict | None:
    """What the network on Draw thinks of the pixels that are set, and how many they are."""
    run, ink = context.chosen("model"), checks.pixels()
    digit = None if run is None or ink is None else sketch.normalise(ink)
    return digit and checks.read(run, digit) | {"count": int(ink.sum()), "few": FEW}


def _few_pixels(context: Context) -> dict | None:
    told = _pixels(context)
    return told if told and told["count"] <= FEW and told["sure"] else None


def _not_surely(context: Context) -> dict | None:
    told = _pixels(context)
    return told if told and not told["sure"] else None


def _too_many_pixels(context: Context) -> dict | None:
    told = _pixels(context)
    return told if told and told["count"] > FEW else None


LESSON = Lesson(
    id="numbers",
    minutes=6,
    title=Words("What a digit is to a network", "数字在网络眼里是什么"),
    goal=Words(
        "A digit is 784 numbers, cropped, scaled and centred before the network gets them.",
        "知道一个数字就是 784 个数，并且在交给网络之前经过了裁剪、缩放和居中。",
    ),
    steps=(
        Step(
            title=Words("What goes in", "输入的是什么"),
            question=Words("How many numbers does the network get of one digit?", "一个数字交给网络时是多少个数？"),
            options=(
                Option(
                    Words("One: which digit it is", "一个：它是几"),
                    Words(
                        "That is what it is to find out. Look at what it starts from.", "那正是它要找出来的。看看它从什么开始。"
                    ),
                ),
                Option(
                    Words("28, one for each row", "28 个，每行一个"),
                    Words("28 rows there are; look at how many numbers one of them has.", "确实有 28 行；看看一行里有几个数。"),
                ),
                Option(
                    Words("784, one for each pixel", "784 个，每个像素一个"),
                    Words("Look at where the large ones stand.", "去看看大的数都在什么位置。"),
                ),
            ),
            task=Words(
                "In the first chapter, move the frame to the row of a digit that has the most ink.",
                "在第一章里，把方框移到一个数字笔墨最多的那一行。",
            ),
            action=Action("learn", Words("Open the chapter", "打开这一章"), setups.chapter("image")),
            check=_row_found,
            explanation=Words(
                "28 · 28 = 784 numbers from 0 to 255. Nothing else goes in: no stroke, no order of writing, no idea of a digit. "
                "A seven has its fullest row at the bar, a one has nearly the same in every row.",
                "28 · 28 = 784 个 0 到 255 的数。除此之外什么也没有：没有笔画，没有书写顺序，也没有“数字”的概念。"
                "7 最满的一行是上面的横，1 的每一行都差不多。",
            ),
            expect=Words(
                "Test image 1 of the sevens: row 9 is the fullest, with 3,285. Many say 28.",
                "测试集中第 1 张 7：第 9 行最满，和为 3,285。很多学生会说 28。",
            ),
        ),
        Step(
            title=Words("Small, in a corner", "角落里的小数字"),
            question=Words(
                "You draw a very small digit in a corner of the canvas. What does the network receive?",
                "你在画布角落写一个很小的数字。网络收到的是什么？",
            ),
            options=(
                Option(
                    Words("A small digit in the corner", "角落里的小数字"),
                    Words("So it is with a photo. See what this app does first.", "照片的确如此。看看应用先做了什么。"),
                ),
                Option(
                    Words("A digit of the usual size in the middle", "正中间的、平常大小的数字"),
                    Words("Draw one and compare both pictures.", "写一个，比较两张图。"),
                ),
                Option(
                    Words("Nothing that it could read", "什么也认不出来的东西"),
                    Words("It would be hard indeed, had nobody prepared the image.", "如果没有人先处理图像，确实很难。"),
                ),
            ),
            task=Words(
                "On Draw, draw a digit in a corner, less than two fifths of the canvas wide and high.",
                "在“手写”页面的角落里写一个数字，宽和高都不到画布的五分之二。",
            ),
            action=Action("draw", Words("Go to Draw", "去“手写”页面"), setups.draw("one")),
            check=_small_in_a_corner,
            explanation=Words(
                "Your ink was {width}×{height} of {side}×{side} pixels. The network received it {to_width}×{to_height} large, "
                "{left} pixels from the left and {top} from the top: cropped, scaled to 20, its centre of mass in the middle, "
                "exactly as MNIST was made.",
                "你的笔迹占 {side}×{side} 像素中的 {width}×{height}。网络收到的是 {to_width}×{to_height}，距左边 {left} 个像素，"
                "距上边 {top} 个像素：裁剪、缩放到 20、质心放在正中间，和 MNIST 的制作方法完全一样。",
            ),
            expect=Words(
                "The longer side is always 20 pixels. Whoever draws too large or too near the middle gets no tick: again, smaller.",
                "长边总是 20 个像素。写得太大或太靠中间的不会打勾：再写小一点。",
            ),
        ),
        Step(
            title=Words("As few pixels as possible", "像素越少越好"),
            question=Words(
                "How few pixels are enough for a digit that the network is sure of?",
                "最少用几个像素，就能让网络有把握地认出一个数字？",
            ),
            options=(
                Option(
                    Words("About 5", "大约 5 个"), Words("Try. Which digit will need the fewest?", "试试看。哪个数字用得最少？")
                ),
                Option(
                    Words("About 20", "大约 20 个"),
                    Words("That is the task. Can you do with fewer?", "任务正是这样。还能更少吗？"),
                ),
                Option(
                    Words("More than 50", "50 个以上"),
                    Words("MNIST's digits do have about 100. Try fewer.", "MNIST 的数字确实大约有 100 个。试试更少的。"),
                ),
            ),
            task=Words(
                "On Draw, in “Pixels”, set at most 20 pixels so that the network names a digit and is sure.",
                "在“手写”页面选择“像素”，最多点亮 20 个像素，让网络有把握地说出一个数字。",
            ),
            action=Action("draw", Words("Go to the pixel editor", "去像素编辑器"), setups.draw("pixels", "sketch")),
            check=_few_pixels,
            explanation=Words(
                "{count} pixels, and it says {digit} with `{confidence:.1%}`. To the network a digit is nothing but a pattern of bright "
                "pixels; it asks neither who drew it nor how.",
                "{count} 个像素，它就说是 {digit}，置信度 `{confidence:.1%}`。对网络来说，数字不过是亮像素的图案；谁写的、怎么写的，它都不管。",
            ),
            expect=Words(
                "An upright line of 5 pixels is read as 1 (99.0 %). A seven can be had with 11, a nought with 14, a four with 19.",
                "5 个像素的竖线会被认作 1（99.0%）。7 可以只用 11 个，0 用 14 个，4 用 19 个。",
            ),
            hints=(
                Hint(
                    Words("Pixels set: {count}; at most {few} are allowed.", "已点亮 {count} 个像素，最多 {few} 个。"),
                    _too_many_pixels,
                ),
                Hint(
                    Words("Pixels set: {count}. The network is not sure yet.", "已点亮 {count} 个像素。网络还没有把握。"),
                    _not_surely,
                ),
            ),
        ),
    ),
    discuss=(
        Words(
            "What would the network make of white paper with black ink, had nobody turned it round?",
            "如果没有人把白纸黑字反过来，网络会看成什么？",
        ),
        Words("Which of its neighbours does a pixel know?", "一个像素知道它的邻居是谁吗？"),
    ),
)
