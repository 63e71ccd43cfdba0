"""Why a layer has as many parameters as it has: the product behind each number of Keras's `summary()`."""

from dataclasses import dataclass
from math import prod

from mnist_cnn.network import model
from mnist_cnn.network.hyperparameters import Hyperparameters
from mnist_cnn.network.model import Layer


@dataclass(frozen=True)
class Count:
    """How a layer's parameters are counted.

    Attributes
    ----------
    layer : the layer.
    input_shape : of what it receives, without the batch dimension.
    factors : their product is the number of weights: kernel height and width, channels in and kernels of a convolution,
        inputs and units of a dense layer, 4 and channels of batch normalisation; empty where nothing is learned.
    biases : one per kernel or unit, 0 where there are none.
    """

    layer: Layer
    input_shape: tuple[int, ...]
    factors: tuple[int, ...]
    biases: int

    @property
    def total(self) -> int:
        """All parameters of the layer."""
        return prod(self.factors) + self.biases if self.factors else 0

    @property
    def formula(self) -> str:
        """As one writes it on a blackboard: "5·5·1·16 + 16"; "0" where nothing is learned."""
        product = "·".join(f"{factor:,}" for factor in self.factors) or "0"
        return f"{product} + {self.biases:,}" if self.biases else product


def explain(hp: Hyperparameters) -> list[Count]:
    """The count of every layer that `model.describe` lists."""
    counts, shape = [], model.INPUT_SHAPE
    for layer in model.describe(hp):
        factors, biases = (), 0
        if layer.kind == "Conv2D":
            filters, side = layer.config["filters"], layer.config["kernel_size"]
            factors, biases = (side, side, shape[-1], filters), filters * layer.config.get("use_bias", True)
        elif layer.kind == "Dense":
            factors, biases = (*shape, layer.config["units"]), layer.config["units"]
        elif layer.kind == "BatchNormalization":  # scale and shift, mean and variance
            factors = (4, shape[-1])
        counts.append(Count(layer, shape, factors, biases))
        shape = layer.output_shape
    return counts
