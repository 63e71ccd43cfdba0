"""The chapters of Learn, in the tutorial's order; one entry each."""

from collections.abc import Callable
from dataclasses import dataclass

from mnist_cnn.network.hyperparameters import RANGES, Hyperparameters
from mnist_cnn.ui.learn.chapters import fitting, image, layers, loss, summary, testing


@dataclass(frozen=True)
class Chapter:
    """One step of the tutorial. Its words are "chapter.ID", ".text" and ".do" of the catalogue.

    Attributes
    ----------
    show : draws its figure; called with what the chapter is about, the run before the image.
    code : the tutorial's line for it.
    digit : whether it is about an image, float32 (28, 28) in [0, 1]; `show` gets a `Subject`.
    blank : whether it has something to show without an image too, while nothing is drawn; `show` then gets None.
    network : whether it is about a network; `show` gets its run.
    settings : hyperparameters that the line tells, or the figures beside it: what of them another network has
        otherwise than the tutorial's is said.
    values : what the words of ".text" are filled with, from the network's hyperparameters.
    """

    show: Callable
    code: str
    digit: bool = False
    network: bool = True
    settings: tuple[str, ...] = ()
    blank: bool = False
    values: Callable[[Hyperparameters], dict] = lambda hp: {}


OF_LAYERS = tuple(RANGES)[: list(RANGES).index("optimizer")]

CHAPTERS = {
    "image": Chapter(image.show_row, "(x_train, y_train), (x_test, y_test) = mnist.load_data()", True, False),
    "input": Chapter(
        image.show_input, "x_train.reshape(-1, 28, 28, 1) / 255\nto_categorical(y_train)", True, False, blank=True,
    ),
    "convolution": Chapter(
        layers.show_convolution, "Conv2D(filters=16, kernel_size=(5, 5), padding='same', activation='relu')", True,
        settings=("filters1", "kernel1", "batch_norm"), values=layers.convolution_values,
    ),
    "pooling": Chapter(layers.show_pooling, "MaxPooling2D(pool_size=(2, 2))", True),
    "dropout": Chapter(layers.show_dropout, "Dropout(0.25)", True, settings=("dropout1",), values=layers.dropout_values),
    "dense": Chapter(
        layers.show_dense, "Flatten()\nDense(128, activation='relu')\nDense(10, activation='softmax')", True,
        settings=("dense_units",), values=layers.dense_values,
    ),
    "summary": Chapter(summary.show, "model.summary()", settings=OF_LAYERS),
    "loss": Chapter(loss.show, "compile(loss='categorical_crossentropy', optimizer='adam')", True, settings=("optimizer",)),
    "training": Chapter(
        fitting.show_split, "fit(x, y, validation_split=0.2, epochs=20, batch_size=300)",
        settings=("validation_split", "epochs", "batch_size"),
    ),
    "curves": Chapter(fitting.show_curves, "show_train_history(history, 'loss', 'val_loss')"),
    "accuracy": Chapter(testing.show_accuracy, "evaluate(x_test, y_test)[1]  # 0.9929"),
    "predictions": Chapter(testing.show_predictions, "predict(x_test).argmax(axis=1)[:10]"),
    "matrix": Chapter(testing.show_matrix, "pd.crosstab(y_test, prediction)"),
}  # fmt: skip
