"""The optimizer that hyperparameters ask for."""

from mnist_cnn.network.hyperparameters import Hyperparameters


def make(hp: Hyperparameters, batches: int):
    """A Keras optimizer with the rate or schedule that the hyperparameters ask for."""
    import keras

    rate = hp.learning_rate
    if hp.schedule == "one-cycle":
        total = hp.epochs * batches
        warmup = max(1, total // 4)
        rate = keras.optimizers.schedules.CosineDecay(
            rate / 25, max(1, total - warmup), alpha=0.0, warmup_target=rate, warmup_steps=warmup
        )
    optimizers = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}
    momentum = {"momentum": 0.9} if hp.optimizer == "sgd" else {}
    return optimizers[hp.optimizer](learning_rate=rate, **momentum)
