"""Why a convolution."""

from mnist_cnn.ui import state
from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Action, Lesson, Option, Step, Words

SHORT = {"train_images": 5000, "batch_size": 50, "epochs": 5, "dropout1": 0.0, "dropout2": 0.0}
_one_kernel, _many_kernels = checks.tutorial_but(**SHORT, filters1=1, filters2=1), checks.tutorial_but(**SHORT)


def _counted(context: Context) -> dict | None:
    """The first layer is looked at, of the tutorial's network if that is there: it is the one with 416 parameters."""
    of_tutorial = state.get("learned") == "tutorial" or not context.tutorial()
    return {} if of_tutorial and state.get("chapter") == "summary" and state.get("counted") == 0 else None


LESSON = Lesson(
    id="convolution",
    minutes=7,
    title=Words("Why a convolution", "为什么要用卷积"),
    goal=Words(
        "A kernel is a small pattern that is looked for everywhere with the same few weights; many kernels see many patterns.",
        "卷积核是一个小图案，用同样的几个权重在各处寻找；卷积核多，看到的图案就多。",
    ),
    steps=(
        Step(
            title=Words("416 parameters", "416 个参数"),
            question=Words(
                "The first convolution makes 28·28·16 = 12,544 numbers out of 784 with 416 parameters. "
                "How many would a dense layer need for as many?",
                "第一个卷积层用 416 个参数，把 784 个数变成 28·28·16 = 12,544 个。全连接层要做同样的事，需要多少个参数？",
            ),
            options=(
                Option(
                    Words("About as many", "差不多"),
                    Words("In a dense layer no weight is used twice. Count.", "全连接层的权重不会重复使用。算一算。"),
                ),
                Option(
                    Words("About 12,500", "大约 12,500 个"),
                    Words(
                        "That would be one for each output. But each output looks at all 784.",
                        "那是每个输出一个。可是每个输出都要看全部 784 个输入。",
                    ),
                ),
                Option(
                    Words("Almost 10 million", "将近一千万个"),
                    Words("Work it out with the summary beside you.", "对着模型摘要算一算。"),
                ),
            ),
            task=Words(
                "In the chapter on the summary, choose the layer conv2d_1 and check its number.",
                "在“模型摘要”一章里选择 conv2d_1 层，验算它的参数个数。",
            ),
            action=Action("learn", Words("Open the chapter", "打开这一章"), setups.chapter("summary")),
            check=_counted,
            explanation=Words(
                "Convolution: 5·5·1·16 + 16 = 416. Dense: 784·12,544 + 12,544 = 9,847,040, more than 23,000 times as many. "
                "The kernel uses its 25 weights again at every place: an edge is an edge wherever it lies.",
                "卷积：5·5·1·16 + 16 = 416。全连接：784·12,544 + 12,544 = 9,847,040，是它的两万三千多倍。"
                "卷积核在每个位置都重复使用同样的 25 个权重：边缘在哪里都是边缘。",
            ),
            expect=Words(
                "9,847,040 against 416. Many forget the 16 biases, or that each output sees every input.",
                "9,847,040 对 416。不少学生会忘记 16 个偏置，或者忘记每个输出都连着所有输入。",
            ),
        ),
        Step(
            title=Words("One kernel", "只用一个卷积核"),
            question=Words(
                "A network with a single kernel in each convolution is trained for 5 epochs on 5,000 images, of which the last 1,000 validate. "
                "How often is it right?",
                "每个卷积层只有一个卷积核的网络，用 5,000 张图像（其中最后 1,000 张用来验证）训练 5 轮。它有多大比例是对的？",
            ),
            options=(
                Option(
                    Words("About 10 %: it guesses", "大约 10%：全靠猜"),
                    Words("One pattern is little. Is it nothing?", "一个图案很少。可是等于没有吗？"),
                ),
                Option(Words("80 to 90 %", "80% 到 90%"), Words("See whether it comes to that.", "看看是不是这样。")),
                Option(
                    Words("Above 96 %", "96% 以上"),
                    Words("That is where many kernels get. Try one.", "那是很多卷积核才有的水平。先试试一个。"),
                ),
            ),
            task=Words("Train a network with one kernel in each convolution.", "训练一个每层只有一个卷积核的网络。"),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("One kernel", "一个卷积核"), **SHORT, filters1=1, filters2=1),
            ),
            check=checks.trained(_one_kernel, checks.outcome),
            explanation=Words(
                "It reads `{test:.2%}` of the test images right. One kernel blurs or finds one kind of edge, and the dense layer makes "
                "the best of that single picture.",
                "它在测试集上答对 `{test:.2%}`。一个卷积核只能模糊图像或找出一种边缘，全连接层只好尽量利用这一张特征图。",
            ),
            expect=Words(
                "3 s. Test accuracy 87.11 %, validation loss 0.369 after 5 epochs.",
                "3 秒。测试准确率 87.11%，5 轮后验证损失 0.369。",
            ),
        ),
        Step(
            title=Words("16 and 36 kernels", "16 个和 36 个卷积核"),
            question=Words(
                "Now 16 and 36 kernels, all else the same. How many of the mistakes are left?",
                "现在用 16 个和 36 个卷积核，其余不变。错误还剩多少？",
            ),
            options=(
                Option(
                    Words("About as many", "差不多一样多"),
                    Words("Would more patterns help nothing?", "多看几种图案，会毫无帮助吗？"),
                ),
                Option(Words("About half", "大约一半"), Words("Compare the two test accuracies.", "比较两个测试准确率。")),
                Option(
                    Words("Less than a third", "不到三分之一"),
                    Words("Compare the two test accuracies.", "比较两个测试准确率。"),
                ),
            ),
            task=Words("Train the same network with 16 and 36 kernels.", "用 16 个和 36 个卷积核训练同样的网络。"),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("16 and 36 kernels", "16 个和 36 个卷积核"), **SHORT),
            ),
            check=checks.trained(_many_kernels, checks.outcome),
            explanation=Words(
                "`{test:.2%}` right now. Each kernel learned a pattern of its own: bars, slopes, bends, ends of lines. "
                "The second convolution combines them, and nobody told it which to look for.",
                "现在答对 `{test:.2%}`。每个卷积核都学会了自己的图案：横、斜、弯、线头。第二个卷积层把它们组合起来，而且没有人告诉过它要找什么。",
            ),
            expect=Words(
                "6 s. Test accuracy 96.55 % against 87.11 %: about a quarter of the mistakes is left.",
                "6 秒。测试准确率 96.55%，之前是 87.11%：错误只剩大约四分之一。",
            ),
        ),
    ),
    discuss=(
        Words(
            "If a digit is moved by three pixels, which numbers after the convolution change, and how?",
            "把数字移动三个像素，卷积之后的数会怎样变？",
        ),
        Words("Where would looking for the same thing everywhere be a mistake?", "什么情况下，“到处找同样的东西”反而不对？"),
    ),
)
