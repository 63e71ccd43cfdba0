"""The class's drawings as a test set: which of them may examine a run, and what it reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mnist_cnn.digits import contradictions
from mnist_cnn.digits.collection import Example
from mnist_cnn.reading import chance, evaluation, prediction
from mnist_cnn.reading.evaluation import Evaluation
from mnist_cnn.runs import Run
from mnist_cnn.training import teaching

REASONS = ("learned", "contradictory")  # why a drawing is left out


@dataclass(frozen=True, eq=False)
class ClassTest:
    """A run examined on the class's drawings.

    Attributes
    ----------
    result : of the drawings that count, all their images kept; None where none do.
    learned : drawings left out because the run, a taught copy, learned from them.
    contradictory : drawings left out because they were kept as different digits.
    """

    result: Evaluation | None
    learned: int
    contradictory: int

    def figures(self, threshold: float) -> dict[str, int | float]:
        """What is told of it: counts, and the share that is right with its 95 % interval, 0 to 1, where there are images.

        Parameters
        ----------
        threshold : confidence, 0 to 1, below which an answer is "not sure".
        """
        left_out = {"learned": self.learned, "contradictory": self.contradictory}
        if self.result is None:
            return {"images": 0} | left_out
        images = len(self.result.labels)
        right = images - len(self.result.misclassified())
        low, high = map(float, chance.wilson(right, images))
        figures = {"images": images, "right": right, "share": right / images, "low": low, "high": high}
        return figures | {"not_sure": int((self.result.confidence < threshold).sum())} | left_out


def examine(run: Run, examples: Sequence[Example], load: Callable[[Run], prediction.Predictor] = prediction.load) -> ClassTest:
    """Ask the network of a run about the drawings that count for it. Raises as `load` does."""
    doubtful = {example.id for group in contradictions.find(examples) for example in group}
    labelled = [example for example in examples if example.id not in doubtful]
    counted = _unseen(run, labelled)
    result = evaluation.of_drawings(load(run), counted) if counted else None
    return ClassTest(result, len(labelled) - len(counted), len(doubtful))


def _unseen(run: Run, examples: list[Example]) -> list[Example]:
    """Those that the run did not learn from; one that only looks like a drawing that it learned from counts."""
    learned = {image.tobytes() for image in teaching.learned(run)}
    return [example for example in examples if example.image.tobytes() not in learned]
