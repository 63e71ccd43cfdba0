"""What a link may leave out for a lesson."""

# Names as they stand after `hide=` in an address, each with the hyperparameters that it leaves out.
HIDEABLE = {
    # Groups of hyperparameters on Train, which keep the values of the preset, or of the address
    "architecture": (
        "filters1", "kernel1", "filters2", "kernel2", "filters3", "convolutions", "dense_units", "batch_norm",
        "second_pooling",
    ),
    "regularisation": ("dropout1", "dropout2", "augmentation"),
    "optimizer": ("epochs", "batch_size", "learning_rate", "optimizer", "schedule"),
    "data": ("validation_split", "train_images", "pen_copies", "nondigits", "views", "seed"),
    # Other parts of Train
    "presets": (),
    "settings": (),  # of the run that is shown, and its layers
    "time-machine": (),
    "single-step": (),
    "runs": (),  # the table of them, and what can be done with one
    # Of Draw
    "modes": (),
    "inside": (),
    "teach": (),
    # Of several pages
    "take-home": (),
    "menu": (),
}  # fmt: skip
