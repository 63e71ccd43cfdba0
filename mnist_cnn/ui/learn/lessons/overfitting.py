"""Overfitting."""

from mnist_cnn.runs import Run
from mnist_cnn.ui import state
from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Action, Lesson, Option, Step, Words

LONG = {"train_images": 1000, "batch_size": 20, "epochs": 15, "learning_rate": 0.002}
BARE = {"dropout1": 0.0, "dropout2": 0.0}
MORE = LONG | BARE | {"train_images": 4000}
TURN = 1.1  # times the least validation loss: it has turned up

without_dropout, _more_images = checks.tutorial_but(**LONG, **BARE), checks.tutorial_but(**MORE)


def _turned(run: Run) -> dict | None:
    told = checks.outcome(run)
    return told if told and told["val_loss"] > TURN * told["least"] else None


def _seen_in_logarithms(context: Context) -> dict | None:
    return checks.trained(without_dropout, _turned)(context) if state.get("log") else None


LESSON = Lesson(
    id="overfitting",
    minutes=8,
    title=Words("Overfitting", "过拟合"),
    goal=Words(
        "A falling training loss proves nothing; where the validation loss turns up, the network learns by heart.",
        "训练损失下降什么也证明不了；验证损失回升，就说明网络在死记硬背。",
    ),
    steps=(
        Step(
            title=Words("15 epochs", "15 轮"),
            question=Words(
                "A network without dropout is trained for 15 epochs on 1,000 images, of which the last 200 validate. "
                "What will its validation loss do?",
                "没有 Dropout 的网络用 1,000 张图像（其中最后 200 张用来验证）训练 15 轮。验证损失会怎样？",
            ),
            options=(
                Option(
                    Words("Fall to the end", "一直下降"),
                    Words("The training loss will. Watch the other curve.", "训练损失会的。注意另一条曲线。"),
                ),
                Option(
                    Words("Fall, then rise", "先降后升"),
                    Words("Then find the epoch in which it turns.", "那就找出它从哪一轮开始回升。"),
                ),
                Option(
                    Words("Rise from the start", "从一开始就上升"),
                    Words("It learns something first. See for how long.", "它先会学到东西。看看能维持多久。"),
                ),
            ),
            task=Words(
                "Train without dropout for 15 epochs on 1,000 images, and watch both losses.",
                "不用 Dropout，用 1,000 张图像训练 15 轮，观察两条损失曲线。",
            ),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("Without dropout", "不用 Dropout"), **LONG, **BARE),
            ),
            check=checks.trained(without_dropout, _turned),
            explanation=Words(
                "The validation loss was lowest in epoch {best} (`{least:.4f}`) and ended at `{val_loss:.4f}`, while the training loss "
                "went on falling to `{loss:.4f}`. From epoch {best} on it learned these images by heart.",
                "验证损失在第 {best} 轮最低（`{least:.4f}`），最后是 `{val_loss:.4f}`，而训练损失一直降到 `{loss:.4f}`。从第 {best} 轮起，它是在背这些图像。",
            ),
            expect=Words(
                "6 s. Validation loss lowest in epoch 5 (0.2986), at the end 0.3797; training loss 0.0004, training accuracy 100 % from epoch 7.",
                "6 秒。验证损失第 5 轮最低（0.2986），最后 0.3797；训练损失 0.0004，从第 7 轮起训练准确率 100%。",
            ),
        ),
        Step(
            title=Words("Loss and accuracy", "损失和准确率"),
            question=Words(
                "When the validation loss rises, does the validation accuracy fall with it?",
                "验证损失上升时，验证准确率会跟着下降吗？",
            ),
            options=(
                Option(
                    Words("Yes, as much", "会，一样明显"),
                    Words("They measure two things. Look at the right-hand chart.", "它们衡量的是两回事。看右边的图。"),
                ),
                Option(
                    Words("Hardly at all", "几乎不会"),
                    Words("How can that be? Think of the loss of one digit.", "怎么会这样？想想一个数字的损失。"),
                ),
            ),
            task=Words(
                "On Train, look at that run and switch its curves to “Logarithmic”, so that small losses are seen.",
                "在“训练”页面查看这条记录，把曲线切换为“对数坐标”，看清很小的损失。",
            ),
            action=Action("train", Words("Go to Train", "去“训练”页面"), lambda: None),
            check=_seen_in_logarithms,
            explanation=Words(
                "Validation accuracy was `{then:.2%}` in epoch {best} and `{val_accuracy:.2%}` at the end, although the loss grew from "
                "`{least:.4f}` to `{val_loss:.4f}`. It makes about as many mistakes, but is ever surer of them; the loss counts that, "
                "accuracy does not.",
                "第 {best} 轮的验证准确率是 `{then:.2%}`，最后是 `{val_accuracy:.2%}`，而损失从 `{least:.4f}` 升到 `{val_loss:.4f}`。"
                "错误差不多一样多，但它对错误越来越有把握；损失会算这一点，准确率不会。",
            ),
            expect=Words(
                "Accuracy 93.50 % in epoch 5, 95.00 % at the end: it even rose a little.",
                "第 5 轮准确率 93.50%，最后 95.00%：甚至还略有上升。",
            ),
        ),
        Step(
            title=Words("A remedy", "怎么办"),
            question=Words("What helps most against learning by heart?", "什么最能防止死记硬背？"),
            options=(
                Option(
                    Words("A larger network", "更大的网络"), Words("It could learn even more by heart.", "它能背下的只会更多。")
                ),
                Option(Words("More images", "更多图像"), Words("Try four times as many.", "试试四倍的图像。")),
                Option(Words("More epochs", "更多轮数"), Words("You just saw where that leads.", "你刚刚看到了结果。")),
            ),
            task=Words(
                "Train the same network without dropout on 4,000 images, of which the last 800 validate.",
                "不用 Dropout，用 4,000 张图像（其中最后 800 张用来验证）训练同样的网络。",
            ),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("4,000 images", "4,000 张图像"), **MORE),
            ),
            check=checks.trained(_more_images, checks.outcome),
            explanation=Words(
                "With {images:,} images to learn from, besides those that validate, the validation loss got down to `{least:.4f}` (epoch {best}) and ended at "
                "`{val_loss:.4f}`; `{test:.2%}` of the test images are read right. There is more variety, and less that can be "
                "known by heart.",
                "除了用来验证的，有 {images:,} 张图像可学，验证损失降到 `{least:.4f}`（第 {best} 轮），最后是 `{val_loss:.4f}`；测试集答对 `{test:.2%}`。变化多了，能背下来的就少了。",
            ),
            expect=Words(
                "17 s. Validation loss 0.0733 at best and 0.0938 at the end; test accuracy 97.91 % instead of 94.31 %.",
                "17 秒。验证损失最低 0.0733，最后 0.0938；测试准确率 97.91%，之前是 94.31%。",
            ),
        ),
    ),
    discuss=(
        Words(
            "Which epoch's weights would you keep, and how would you know without a validation set?",
            "你会保留哪一轮的权重？没有验证集，你怎么知道？",
        ),
        Words(
            "When did you last learn something by heart without understanding it, and how did it show?",
            "你上一次死记硬背是什么时候？怎么被看出来的？",
        ),
    ),
)
