"""What a training run is made of: validated, serialisable, with presets that teach something."""

from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType

from mnist_cnn.errors import StudioError


def _number(default, low, high, step=None):
    return field(default=default, metadata={"low": low, "high": high, "step": step})


def _choice(default, *choices):
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class Hyperparameters:
    """A network and how it learns; the defaults are the tutorial's.

    Attributes
    ----------
    filters1, filters2, filters3 : kernels in the convolutions of each block; 0 for no third block.
    kernel1, kernel2 : their side, in pixels (odd); the third block's is the second's.
    convolutions : how many a block has before its pooling.
    dense_units : units of the hidden dense layer.
    dropout1, dropout2 : share dropped after the convolutions and after the dense layer.
    batch_norm : normalise each convolution over the batch, before its ReLU
        (S. Ioffe, C. Szegedy, ICML 2015).
    second_pooling : pool and drop out once more after the second convolution.
    optimizer : a Keras optimizer.
    learning_rate : its rate, or the highest one under a schedule.
    schedule : "constant"; or "one-cycle": up over the first quarter, then down a cosine (L. Smith, N. Topin, 2018);
        or "range-test": up exponentially, batch by batch, from a ten-thousandth of the highest to it (L. Smith,
        Cyclical Learning Rates for Training Neural Networks, WACV 2017), to see which rate is too high.
    batch_size, epochs : images per step; passes over the training images.
    validation_split : share of the training images, the last ones, held out for validation.
    train_images : how many training images to use, validation included; 60,000 is all of MNIST.
    augmentation : strength of random rotation, shear, scale and shift, 0 for none.
    pen_copies : how many drawings of pen strokes to learn from, per digit there is (see `strokes`); 0 for none.
    nondigits : drawings that are no digit, as a share of the training images (see `nondigits`).
    views : in how many ways an image is looked at when it is read, the answers averaged: 1, as it is, or 5.
    seed : of the initial weights, the order of the images, dropout and augmentation.

    Raises
    ------
    StudioError : "hyperparameter.*", naming the field, the value and what is allowed.
    """

    filters1: int = _number(16, 1, 64, 1)
    kernel1: int = _choice(5, 3, 5, 7)
    filters2: int = _number(36, 1, 128, 1)
    kernel2: int = _choice(5, 3, 5, 7)
    filters3: int = _number(0, 0, 256, 1)
    convolutions: int = _number(1, 1, 3, 1)
    dense_units: int = _number(128, 8, 512, 8)
    dropout1: float = _number(0.25, 0.0, 0.9, 0.05)
    dropout2: float = _number(0.5, 0.0, 0.9, 0.05)
    batch_norm: bool = field(default=False)
    second_pooling: bool = field(default=False)
    optimizer: str = _choice("adam", "adam", "rmsprop", "sgd")
    learning_rate: float = _number(0.001, 0.00001, 10.0)
    schedule: str = _choice("constant", "constant", "one-cycle", "range-test")
    batch_size: int = _number(300, 8, 2000, 1)
    epochs: int = _number(20, 1, 100, 1)
    validation_split: float = _number(0.2, 0.0, 0.5, 0.05)
    train_images: int = _number(60000, 100, 60000, 100)
    augmentation: float = _number(0.0, 0.0, 1.0, 0.1)
    pen_copies: int = _number(0, 0, 10, 1)
    nondigits: float = _number(0.0, 0.0, 0.5, 0.05)
    views: int = _choice(1, 1, 5)
    seed: int = _number(1, 0, 2**31 - 1, 1)

    def __post_init__(self):
        for f in fields(self):
            object.__setattr__(self, f.name, _validated(f, getattr(self, f.name)))

    @property
    def seeks_rate(self) -> bool:
        """Whether a run of these is for its curve, a range test, and not for its network."""
        return self.schedule == "range-test"

    def to_dict(self) -> dict:
        """A plain dict, as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "Hyperparameters":
        """The inverse of `to_dict`; what `values` leaves out keeps its default."""
        unknown = sorted(set(values) - set(RANGES))
        if unknown:
            raise StudioError("hyperparameter.unknown", field=unknown[0], choices=", ".join(RANGES))
        return cls(**values)


def _validated(f, value):
    """`value` in the field's own type, or a StudioError."""
    kind = type(f.default)
    if type(value) is not kind and not (kind is float and type(value) is int):
        expected = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}[kind]
        raise StudioError("hyperparameter.type", field=f.name, value=repr(value), expected=expected)
    allowed = f.metadata
    if "choices" in allowed and value not in allowed["choices"]:
        choices = ", ".join(map(str, allowed["choices"]))
        raise StudioError("hyperparameter.choice", field=f.name, value=value, choices=choices)
    if "low" in allowed and not allowed["low"] <= value <= allowed["high"]:  # also false for NaN
        raise StudioError("hyperparameter.range", field=f.name, value=value, low=allowed["low"], high=allowed["high"])
    return kind(value)


RANGES = MappingProxyType({f.name: f.metadata for f in fields(Hyperparameters)})
"""What each hyperparameter may be: {"low", "high", "step"} or {"choices"}; empty for a switch."""

VARIABLE = frozenset(RANGES) - {"seed"}
"""What a series of runs may vary: all but the seed, of which every value of the others has several."""

DEEP = {
    "filters1": 32,
    "kernel1": 3,
    "filters2": 64,
    "kernel2": 3,
    "filters3": 128,
    "convolutions": 2,
    "dropout1": 0.2,
    "dropout2": 0.4,
    "batch_norm": True,
    "learning_rate": 0.002,
    "schedule": "one-cycle",
    "batch_size": 100,
    "validation_split": 0.05,
    "augmentation": 0.8,
    "views": 5,
}
"""Three blocks of two 3x3 convolutions (as K. Simonyan, A. Zisserman, ICLR 2015), with what lets them learn fast."""

QUICK = {
    "filters2": 16,
    "kernel2": 3,
    "filters3": 64,
    "dense_units": 256,
    "dropout1": 0.0,  # three epochs are too few to overfit
    "dropout2": 0.0,
    "batch_norm": True,
    "learning_rate": 0.005,
    "schedule": "one-cycle",
    "batch_size": 150,
    "epochs": 3,
    "validation_split": 0.05,
}

PRESETS = MappingProxyType(
    {
        "tutorial": Hyperparameters(),
        "transcript": Hyperparameters(second_pooling=True),
        "quick": Hyperparameters(**QUICK),
        "sketch": Hyperparameters(
            **DEEP
            | {"dropout1": 0.1, "dropout2": 0.3}  # so many drawings are hard to overfit
            | {"filters1": 24, "filters2": 48, "batch_size": 200, "learning_rate": 0.003},  # and take a while
            epochs=16,
            pen_copies=3,
            nondigits=0.2,
        ),
        "best": Hyperparameters(**DEEP, epochs=20),
        "no-dropout": Hyperparameters(dropout1=0.0, dropout2=0.0, epochs=10),
        "tiny": Hyperparameters(filters1=2, filters2=4, dense_units=16, dropout1=0.0, dropout2=0.0, epochs=5),
        "few-images": Hyperparameters(train_images=1000, batch_size=50, epochs=20),
        "too-fast": Hyperparameters(optimizer="sgd", learning_rate=5.0, epochs=3),
        "finder": Hyperparameters(  # in about fifty batches: in more, the loss falls before the rate is worth it
            **QUICK | {"learning_rate": 1.0, "schedule": "range-test", "epochs": 4}, train_images=2000
        ),
    }
)
"""Ready-made choices by name; the interface says what each one teaches."""


def differences(*several: Hyperparameters) -> list[str]:
    """The names of the hyperparameters that are not the same in all."""
    return [name for name in RANGES if len({getattr(hp, name) for hp in several}) > 1]
