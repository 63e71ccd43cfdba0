"""Dropout."""

from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.lesson import Action, Lesson, Option, Step, Words
from mnist_cnn.ui.learn.lessons.overfitting import BARE, LONG, without_dropout

_with_dropout = checks.tutorial_but(**LONG)


LESSON = Lesson(
    id="dropout",
    minutes=8,
    title=Words("Dropout", "Dropout（随机失活）"),
    goal=Words(
        "Units that are left out at random cannot rely on each other: training looks worse, validation gets better.",
        "随机缺席的单元不能互相依赖：训练看起来变差，验证却变好。",
    ),
    steps=(
        Step(
            title=Words("With dropout", "用 Dropout"),
            question=Words(
                "In training, a quarter of the values and half of the dense units are left out at random. Which loss will be the higher at the end?",
                "训练时随机丢掉四分之一的值和一半的全连接单元。最后哪个损失更高？",
            ),
            options=(
                Option(
                    Words("Validation, as always", "验证损失，一向如此"),
                    Words("In validation all units are there. Watch the gap.", "验证时所有单元都在。注意两条曲线的差距。"),
                ),
                Option(
                    Words("Training, at least in the first epochs", "训练损失，至少前几轮是"),
                    Words("See how long the dashed curve stays below.", "看看虚线在下方保持多久。"),
                ),
            ),
            task=Words(
                "Train with the tutorial's dropout for 15 epochs on 1,000 images, of which the last 200 validate.",
                "用教程的 Dropout，以 1,000 张图像（其中最后 200 张用来验证）训练 15 轮。",
            ),
            action=Action(
                "train", Words("Set this up on Train", "在“训练”页面设好"), setups.train(("With dropout", "用 Dropout"), **LONG)
            ),
            check=checks.trained(_with_dropout, checks.outcome),
            explanation=Words(
                "It ended with a training loss of `{loss:.4f}` and a validation loss of `{val_loss:.4f}`, lowest in epoch {best}. In the "
                "first epochs training looks worse than validation: it is examined with half of its units missing, validation with all.",
                "最后训练损失是 `{loss:.4f}`，验证损失是 `{val_loss:.4f}`，第 {best} 轮最低。最初几轮训练看起来比验证还差：训练时少了一半单元，验证时全都在。",
            ),
            expect=Words(
                "11 s. Epoch 1: training loss 1.7075, validation 0.8875. At the end 0.0747 and 0.2743; lowest in epoch 13 (0.2511).",
                "11 秒。第 1 轮：训练损失 1.7075，验证 0.8875。最后是 0.0747 和 0.2743；第 13 轮最低（0.2511）。",
            ),
        ),
        Step(
            title=Words("Without", "不用 Dropout"),
            question=Words(
                "The same without dropout: how small will the training loss become?",
                "同样的设置，不用 Dropout：训练损失会降到多小？",
            ),
            options=(
                Option(
                    Words("Larger than with dropout", "比用 Dropout 时大"),
                    Words("Nothing hinders it now. Look.", "现在没有东西妨碍它了。看看。"),
                ),
                Option(
                    Words("About the same", "差不多"), Words("Compare the last rows of both tables.", "比较两张表的最后一行。")
                ),
                Option(Words("More than ten times smaller", "小十倍以上"), Words("And is that good?", "那么，这是好事吗？")),
            ),
            task=Words(
                "Train the same without dropout. A run from the lesson on overfitting counts too.",
                "不用 Dropout 再训练一次。“过拟合”那一课的记录也算。",
            ),
            action=Action(
                "train",
                Words("Set this up on Train", "在“训练”页面设好"),
                setups.train(("Without dropout", "不用 Dropout"), **LONG, **BARE),
            ),
            check=checks.trained(without_dropout, checks.outcome),
            explanation=Words(
                "A training loss of `{loss:.4f}` and `{accuracy:.2%}` right in training: it knows its {images:,} images by heart. "
                "In validation the loss is `{val_loss:.4f}`.",
                "训练损失 `{loss:.4f}`，训练准确率 `{accuracy:.2%}`：它把 {images:,} 张图像背下来了。而验证损失是 `{val_loss:.4f}`。",
            ),
            expect=Words("6 s. Training loss 0.0004, validation loss 0.3797.", "6 秒。训练损失 0.0004，验证损失 0.3797。"),
        ),
        Step(
            title=Words("Both overlaid", "叠放比较"),
            question=Words("Overlay both: whose validation loss ends lower?", "把两条记录叠放：谁的验证损失最后更低？"),
            options=(
                Option(
                    Words("With dropout", "用 Dropout 的"),
                    Words("Then it was worth the worse training curve.", "那么训练曲线差一点也值得。"),
                ),
                Option(
                    Words("Without dropout", "不用 Dropout 的"),
                    Words("It has the lower training loss; look at the dashed curves.", "它的训练损失更低；看虚线。"),
                ),
            ),
            task=Words(
                "Under “Runs” on Train, choose one run with dropout and one without, and look at their curves together.",
                "在“训练”页面的“训练记录”里，选一条用 Dropout 的和一条不用的，把曲线放在一起看。",
            ),
            action=Action(
                "train", Words("Overlay them on Train", "在“训练”页面叠放"), setups.overlay(_with_dropout, without_dropout)
            ),
            check=checks.overlaid(_with_dropout, without_dropout),
            explanation=Words(
                "Validation loss `{a_val_loss:.4f}` with dropout, `{b_val_loss:.4f}` without; test accuracy `{a_test:.2%}` and `{b_test:.2%}`. "
                "When your digit is read, nothing is dropped: dropout is for training only.",
                "验证损失：用 Dropout 是 `{a_val_loss:.4f}`，不用是 `{b_val_loss:.4f}`；测试准确率 `{a_test:.2%}` 和 `{b_test:.2%}`。"
                "识别你写的数字时什么也不丢：Dropout 只用在训练中。",
            ),
            expect=Words(
                "0.2743 against 0.3797; test accuracy 94.85 % against 94.31 %. On 60,000 images the difference is smaller still.",
                "0.2743 对 0.3797；测试准确率 94.85% 对 94.31%。用 60,000 张图像时差别更小。",
            ),
        ),
    ),
    discuss=(
        Words(
            "Why would a team in which anybody may be ill tomorrow work differently?",
            "如果组里任何人明天都可能缺席，这个组会怎样改变做事的方式？",
        ),
        Words("What would happen with a dropout of 90 %?", "丢掉 90% 会怎样？"),
    ),
)
