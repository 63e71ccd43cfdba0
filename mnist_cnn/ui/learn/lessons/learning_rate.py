"""Learning rate."""

from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.reading import guessing
from mnist_cnn.runs import Run
from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.lesson import Action, Lesson, Option, Step, Words
from mnist_cnn.ui.learn.lessons.setups import SHORT

LARGE, SMALL = 0.05, 2e-5  # rates: from here on it guesses, up to here it hardly moves
GOOD = 0.94  # test accuracy to be reached within the short training


_short = checks.tutorial_but("learning_rate", **SHORT)


def _large(hp: Hyperparameters) -> bool:
    return _short(hp) and hp.learning_rate >= LARGE


def _small(hp: Hyperparameters) -> bool:
    return _short(hp) and hp.learning_rate <= SMALL


def _between(hp: Hyperparameters) -> bool:
    return _short(hp) and SMALL < hp.learning_rate < LARGE


def _guesses(run: Run) -> dict | None:
    return checks.outcome(run) if guessing.only_guesses(run) else None


def _good(run: Run) -> dict | None:
    told = checks.outcome(run)
    return told | {"rate": run.hyperparameters.learning_rate} if told and told["test"] >= GOOD else None


LESSON = Lesson(
    id="learning-rate",
    minutes=8,
    title=Words("Learning rate", "学习率"),
    goal=Words(
        "The learning rate is the length of a step: too long and it leaps past, too short and it does not arrive.",
        "学习率是步子的大小：太大会跨过头，太小走不到。",
    ),
    steps=(
        Step(
            title=Words("A hundred times as large", "大一百倍"),
            question=Words(
                "The tutorial's Adam takes a rate of 0.001. What happens at 0.1?",
                "教程中 Adam 的学习率是 0.001。用 0.1 会怎样？",
            ),
            options=(
                Option(
                    Words("It learns a hundred times as fast", "学得快一百倍"),
                    Words("The steps are a hundred times as long. Watch where they lead.", "步子大了一百倍。看看走到哪里去。"),
                ),
                Option(
                    Words("It never gets beyond guessing", "始终只是在猜"),
                    Words("What accuracy is guessing?", "瞎猜的准确率是多少？"),
                ),
                Option(
                    Words("The program stops with an error", "程序报错停止"),
                    Words("Numbers have no objection to nonsense. Look at the loss.", "数字不会反对胡来。看看损失。"),
                ),
            ),
            task=Words("Train for 5 epochs with a learning rate of 0.1.", "用学习率 0.1 训练 5 轮。"),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("Learning rate 0.1", "学习率 0.1"), **SHORT, learning_rate=0.1),
            ),
            check=checks.trained(_large, _guesses),
            explanation=Words(
                "After {epochs} epochs the loss is `{loss:.4f}`, the test accuracy `{test:.2%}`. That is guessing: −ln 0.1 = 2.303, one in "
                "ten. The first steps threw the weights so far that nothing leads back.",
                "{epochs} 轮之后损失是 `{loss:.4f}`，测试准确率 `{test:.2%}`。这就是瞎猜：−ln 0.1 = 2.303，十次对一次。最初几步把权重甩得太远，再也回不来了。",
            ),
            expect=Words(
                "5 s. Mean loss of epoch 1: 30.0; then 2.31 to the end. Test accuracy 9.82 %; the list of runs says “Only guesses”.",
                "5 秒。第 1 轮平均损失 30.0，之后一直是 2.31。测试准确率 9.82%；记录列表里写着“只是在猜”。",
            ),
        ),
        Step(
            title=Words("A hundredth of it", "小一百倍"),
            question=Words("And at 0.00001?", "用 0.00001 呢？"),
            options=(
                Option(
                    Words("It guesses as well", "也是在猜"),
                    Words("Look closely at the loss: is it the same at the end?", "仔细看损失：到最后没变吗？"),
                ),
                Option(
                    Words("It learns, but too slowly", "在学，但太慢"),
                    Words("How many epochs would it need?", "它要多少轮才够？"),
                ),
                Option(
                    Words("It comes out most exact", "结果最精确"),
                    Words("Given time without end, perhaps.", "如果时间无限，也许。"),
                ),
            ),
            task=Words("Train for 5 epochs with a learning rate of 0.00001.", "用学习率 0.00001 训练 5 轮。"),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("Learning rate 0.00001", "学习率 0.00001"), **SHORT, learning_rate=1e-5),
            ),
            check=checks.trained(_small, checks.outcome),
            explanation=Words(
                "The validation loss got to `{val_loss:.4f}` only, the test accuracy to `{test:.2%}`. Every step goes the right way, but it "
                "would take hundreds of epochs.",
                "验证损失只到 `{val_loss:.4f}`，测试准确率 `{test:.2%}`。每一步方向都对，但要走几百轮才行。",
            ),
            expect=Words(
                "4 s. Validation loss from 2.2758 to 2.2242; test accuracy 35.36 %.",
                "4 秒。验证损失从 2.2758 到 2.2242；测试准确率 35.36%。",
            ),
        ),
        Step(
            title=Words("Find a good one", "找一个合适的"),
            question=Words(
                "Which rate reads best after 5 epochs of 2,000 images, of which the last 400 validate?",
                "用 2,000 张图像（其中最后 400 张用来验证）训练 5 轮，哪个学习率识别得最好？",
            ),
            options=(
                Option(Words("0.0005", "0.0005"), Words("Try it, and a larger one.", "试试，再试一个更大的。")),
                Option(
                    Words("0.001, the tutorial's", "0.001，教程用的"),
                    Words(
                        "It was chosen for 20 epochs of 48,000. Is it still the best?",
                        "那是为 48,000 张、20 轮选的。现在还是最好吗？",
                    ),
                ),
                Option(Words("0.005", "0.005"), Words("Try it, and a smaller one.", "试试，再试一个更小的。")),
            ),
            task=Words(
                "Choose a learning rate yourself and reach a test accuracy of 94 % within 5 epochs of 2,000 images.",
                "自己选一个学习率，用 2,000 张图像、不超过 5 轮，让测试准确率达到 94%。",
            ),
            action=Action(
                "train", Words("Set up the rest on Train", "在“训练”页面设好其余设置"), setups.train(("", ""), **SHORT)
            ),
            check=checks.trained(_between, _good),
            explanation=Words(
                "With `{rate:g}` it reads `{test:.2%}` right after `{in_all}` steps. Few steps allow a larger rate; in a long training a smaller "
                "one ends better, and a schedule has both: large first, then ever smaller.",
                "用 `{rate:g}`，走了 `{in_all}` 步，答对 `{test:.2%}`。步数少可以用大一点的学习率；训练时间长，小一点的最后更好；学习率计划两者兼顾：先大后小。",
            ),
            expect=Words(
                "0.001 gives 93.52 % and no tick; 0.002 gives 94.86 %, 0.003 95.26 %, 0.005 95.92 %. 4 s each.",
                "0.001 得 93.52%，不会打勾；0.002 得 94.86%，0.003 得 95.26%，0.005 得 95.92%。每次 4 秒。",
            ),
        ),
    ),
    discuss=(
        Words(
            "You walk downhill in fog and feel only the slope under your feet. How long should a step be?",
            "在雾中下山，只能感觉脚下的坡度。步子该迈多大？",
        ),
        Words("Why does a loss of 2.303 mean guessing?", "为什么损失 2.303 意味着瞎猜？"),
    ),
)
