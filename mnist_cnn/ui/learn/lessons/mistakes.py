"""What it gets wrong."""

import numpy as np

from mnist_cnn.ui import state
from mnist_cnn.ui.learn.lessons import checks, setups
from mnist_cnn.ui.learn.lessons.checks import Context
from mnist_cnn.ui.learn.lessons.lesson import Action, Lesson, Option, Step, Words


def _worst_cell(context: Context) -> dict | None:
    """The cell beside the diagonal with the most images is chosen."""
    label, predicted = state.get("label"), state.get("predicted")
    if label is None or predicted is None or label == predicted or not (result := checks.analysed(context)):
        return None
    errors = result.confusion_matrix() * (1 - np.eye(10, dtype=int))
    count = int(errors[label, predicted])
    return {"label": label, "predicted": predicted, "count": count} if count == errors.max() > 0 else None


def _least_sure_first(context: Context) -> dict | None:
    """Every mistake, in the other order."""
    everything = state.get("label") is None and state.get("predicted") is None
    if state.get("order") != "unsure" or not everything or not (result := checks.analysed(context)):
        return None
    wrong = result.misclassified()
    if not len(wrong):
        return None
    confidence = result.confidence[wrong]
    sure = int((confidence > 0.9).sum())
    return {"count": len(wrong), "most": float(confidence.max()), "least": float(confidence.min()), "sure": sure}


def _least_found(context: Context) -> dict | None:
    """The digit with the lowest recall is chosen as label, whatever was predicted."""
    label = state.get("label")
    if label is None or state.get("predicted") is not None or not (result := checks.analysed(context)):
        return None
    scores = result.scores()
    recall = scores["recall"]
    if recall[label] > recall.min():
        return None
    told = {"digit": label, "recall": float(recall[label]), "precision": float(scores["precision"][label])}
    return told | {"count": int(scores["support"][label]), "missed": len(result.misclassified(label))}


LESSON = Lesson(
    id="mistakes",
    minutes=7,
    title=Words("What it gets wrong", "它错在哪里"),
    goal=Words(
        "An accuracy is not the whole story: look at which digits are confused, how surely, and which are missed.",
        "准确率不是全部：要看哪些数字被混淆、它有多大把握、哪些被漏掉。",
    ),
    steps=(
        Step(
            title=Words("The darkest cell", "颜色最深的格子"),
            question=Words("Which digits does the tutorial's network confuse most often?", "教程的网络最常混淆哪两个数字？"),
            options=(
                Option(Words("0 and 1", "0 和 1"), Words("What would they have in common?", "它们有什么相同之处？")),
                Option(Words("4 and 9", "4 和 9"), Words("Which of the two is taken for the other?", "是哪一个被认成另一个？")),
                Option(
                    Words("3 and 8", "3 和 8"),
                    Words("A good guess for many networks. Look at this one.", "对很多网络都猜得不错。看看这一个。"),
                ),
            ),
            task=Words(
                "On Analysis, click the cell beside the diagonal with the largest number, and look at its images.",
                "在“分析”页面，点击对角线以外数字最大的格子，看看里面的图像。",
            ),
            action=Action("analysis", Words("Go to Analysis", "去“分析”页面"), setups.analyse),
            check=_worst_cell,
            explanation=Words(
                "{count} images of {label} were read as {predicted}, more than in any other cell. Seen one by one, most of them could "
                "mislead people as well.",
                "{count} 张 {label} 被认成 {predicted}，比任何其他格子都多。一张张看，多数连人也会看错。",
            ),
            expect=Words(
                "The tutorial's network: 9 read as 4, 6 images; then 7 read as 1, 4 images. It is wrong on 62 of 10,000.",
                "教程的网络：6 张 9 被认成 4，其次 4 张 7 被认成 1。10,000 张中错了 62 张。",
            ),
        ),
        Step(
            title=Words("How sure it was", "它有多大把握"),
            question=Words("How sure is the network of its own mistakes?", "网络对自己的错误有多大把握？"),
            options=(
                Option(
                    Words("Never above 50 %", "从不超过 50%"),
                    Words("Then one could simply refuse them all. Look.", "那就可以一概拒绝了。看看。"),
                ),
                Option(
                    Words("Now unsure, now almost certain", "有时没把握，有时几乎肯定"),
                    Words("Which of them would you not notice?", "哪些错误你根本发现不了？"),
                ),
                Option(
                    Words("Always above 90 %", "总在 90% 以上"),
                    Words("Look at the other end of the order.", "看看排序的另一头。"),
                ),
            ),
            task=Words(
                "On Analysis, show the mistakes of all digits, look at the first ones, then order them “Least confident first”.",
                "在“分析”页面显示所有数字的错误，先看最前面的，再按“置信度从低到高”排序。",
            ),
            action=Action("analysis", Words("Go to Analysis", "去“分析”页面"), setups.analyse),
            check=_least_sure_first,
            explanation=Words(
                "{count} mistakes, from `{least:.1%}` sure to `{most:.1%}`; of {sure} it was more than 90 % sure. Confidence helps to find "
                "mistakes, but it does not find all.",
                "{count} 个错误，把握从 `{least:.1%}` 到 `{most:.1%}`；其中 {sure} 个超过 90%。置信度有助于发现错误，但找不全。",
            ),
            expect=Words(
                "The tutorial's network: 62 mistakes, from 40.5 % to 100.0 % sure (99.96 %), of 19 more than 90 %.",
                "教程的网络：62 个错误，把握从 40.5% 到 100.0%（99.96%），其中 19 个超过 90%。",
            ),
        ),
        Step(
            title=Words("The digit that is missed", "被漏掉的数字"),
            question=Words(
                "Recall: of all images of a digit, how many were found? Which digit has the lowest?",
                "召回率：某个数字的所有图像中找出了多少？哪个数字最低？",
            ),
            options=(
                Option(Words("1", "1"), Words("The simplest of all? Look at the table.", "最简单的那个？看看表。")),
                Option(Words("8", "8"), Words("Two loops are hard to write. Look at the table.", "两个圈不好写。看看表。")),
                Option(Words("9", "9"), Words("Then what are nines taken for?", "那么 9 被认成了什么？")),
            ),
            task=Words(
                "On Analysis, find the digit with the lowest recall and choose it as “Label”, with all predictions.",
                "在“分析”页面找出召回率最低的数字，在“标签”里选它，预测选“全部”。",
            ),
            action=Action("analysis", Words("Go to Analysis", "去“分析”页面"), setups.analyse),
            check=_least_found,
            explanation=Words(
                "{digit}: {missed} of {count:,} were missed, a recall of `{recall:.2%}`. Its precision is `{precision:.2%}`: of all that were "
                "called {digit}, so many are one. The two may differ widely.",
                "{digit}：{count:,} 张中漏掉 {missed} 张，召回率 `{recall:.2%}`。它的精确率是 `{precision:.2%}`：被认作 {digit} 的图像中真正是它的比例。两者可以相差很大。",
            ),
            expect=Words(
                "The tutorial's network: 9, recall 98.61 % (14 of 1,009 missed), precision 99.10 %.",
                "教程的网络：9，召回率 98.61%（1,009 张漏掉 14 张），精确率 99.10%。",
            ),
        ),
    ),
    discuss=(
        Words(
            "A bank reads cheques: which mistake is worse, a digit read wrong or one not read?",
            "银行识别支票：认错一个数字和拒绝识别一个数字，哪个更糟？",
        ),
        Words("Which labels would you yourself not agree with?", "哪些标签你自己也不同意？"),
    ),
)
