"""Batch size."""

from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.lesson import Action, Lesson, Option, Step, Words
from mnist_cnn.ui.learn.lessons.setups import SHORT

LARGE, SMALL = SHORT | {"batch_size": 1000}, SHORT | {"batch_size": 10}
_large, _small = checks.tutorial_but(**LARGE), checks.tutorial_but(**SMALL)


LESSON = Lesson(
    id="batch-size",
    minutes=7,
    title=Words("Batch size", "批大小"),
    goal=Words(
        "A small batch means many steps, each of them noisy; a large one few, each of them steady.",
        "批小，步数多，但每步有噪声；批大，步数少，但每步稳。",
    ),
    steps=(
        Step(
            title=Words("1,000 at a time", "一次 1,000 张"),
            question=Words(
                "2,000 images, of which the last 400 validate; batches of 1,000; 5 epochs. How often are the weights changed?",
                "2,000 张图像（其中最后 400 张用来验证），每批 1,000 张，5 轮：权重一共改变多少次？",
            ),
            options=(
                Option(
                    Words("5 times", "5 次"),
                    Words("That would be once an epoch. How many batches has one?", "那是每轮一次。一轮有几批？"),
                ),
                Option(Words("10 times", "10 次"), Words("Is that enough to learn to read?", "这够学会识别吗？")),
                Option(
                    Words("8,000 times", "8,000 次"),
                    Words(
                        "That is how many images go through. A step takes a whole batch.",
                        "那是看过的图像数。一步用的是整整一批。",
                    ),
                ),
            ),
            task=Words(
                "Train with a batch size of 1,000 on 2,000 images for 5 epochs.", "用批大小 1,000，以 2,000 张图像训练 5 轮。"
            ),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("Batches of 1,000", "每批 1,000 张"), **LARGE),
            ),
            check=checks.trained(_large, checks.outcome),
            explanation=Words(
                "`{steps}` batches an epoch, `{in_all}` steps in all, and a test accuracy of `{test:.2%}`. The last 20 % of the images validate; "
                "the rest makes few batches, and few steps do not go far.",
                "每轮 `{steps}` 批，一共 `{in_all}` 步，测试准确率 `{test:.2%}`。最后 20% 的图像用来验证，其余的只有几批，步数少就走不远。",
            ),
            expect=Words(
                "4 s, 10 steps. Validation loss 1.1524, test accuracy 73.67 %.",
                "4 秒，10 步。验证损失 1.1524，测试准确率 73.67%。",
            ),
        ),
        Step(
            title=Words("10 at a time", "一次 10 张"),
            question=Words("The same with batches of 10. Better or worse?", "同样的设置，每批 10 张。更好还是更差？"),
            options=(
                Option(
                    Words("Worse: 10 images tell little", "更差：10 张图像说明不了什么"),
                    Words("One step tells little. There are many.", "一步说明不了什么，但步数很多。"),
                ),
                Option(
                    Words("The same: it sees the same images", "一样：看的是同样的图像"),
                    Words("The same images, but how many steps?", "图像一样，步数呢？"),
                ),
                Option(
                    Words("Better: many more steps", "更好：步数多得多"),
                    Words("How many more? And what do they cost?", "多多少？代价是什么？"),
                ),
            ),
            task=Words("Train with a batch size of 10, all else the same.", "用批大小 10 训练，其余不变。"),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("Batches of 10", "每批 10 张"), **SMALL),
            ),
            check=checks.trained(_small, checks.outcome),
            explanation=Words(
                "`{steps}` batches an epoch, `{in_all}` steps in all, and a test accuracy of `{test:.2%}` from the very same images. It took a "
                "little longer: many small batches use the processor less well than a few large ones.",
                "每轮 `{steps}` 批，一共 `{in_all}` 步，同样的图像，测试准确率 `{test:.2%}`。用时稍长：许多小批次不如几个大批次能充分利用处理器。",
            ),
            expect=Words(
                "6 s, 800 steps. Validation loss 0.1040, test accuracy 95.55 %. With batches of 100 it is 91.04 %.",
                "6 秒，800 步。验证损失 0.1040，测试准确率 95.55%。每批 100 张时是 91.04%。",
            ),
        ),
        Step(
            title=Words("Both overlaid", "叠放比较"),
            question=Words("Whose loss leaps more from batch to batch?", "谁的损失在批与批之间跳动更大？"),
            options=(
                Option(
                    Words("That of batches of 10", "每批 10 张的"),
                    Words("See the pale line. Why does it leap?", "看浅色的线。它为什么跳动？"),
                ),
                Option(
                    Words("That of batches of 1,000", "每批 1,000 张的"),
                    Words("A mean over 1,000 is steadier than one over 10.", "1,000 张的平均比 10 张的稳。"),
                ),
            ),
            task=Words(
                "Under “Runs” on Train, overlay the run with large batches and the one with small ones.",
                "在“训练”页面的“训练记录”里，把大批次和小批次的两条记录叠放。",
            ),
            action=Action("train", Words("Overlay them on Train", "在“训练”页面叠放"), setups.overlay(_large, _small)),
            check=checks.overlaid(_large, _small),
            explanation=Words(
                "`{a_in_all}` steady steps against `{b_in_all}` noisy ones; validation loss `{a_val_loss:.4f}` against `{b_val_loss:.4f}`. "
                "Ten images are a small sample: each step goes a little astray, but on average downhill.",
                "`{a_in_all}` 个稳的步子，对 `{b_in_all}` 个有噪声的步子；验证损失 `{a_val_loss:.4f}` 对 `{b_val_loss:.4f}`。"
                "十张图像是很小的样本：每一步都有点偏，但平均下来是在下坡。",
            ),
            expect=Words(
                "10 steps to 1.1524, 800 steps to 0.1040. The pale line of the small batches is ragged.",
                "10 步到 1.1524，800 步到 0.1040。小批次的浅色曲线呈锯齿状。",
            ),
        ),
    ),
    discuss=(
        Words("How many epochs would batches of 1,000 need for 800 steps?", "每批 1,000 张，要多少轮才有 800 步？"),
        Words("Why not take all images for every step?", "为什么不每一步都用全部图像？"),
    ),
)
