"""MNIST CNN Studio: train, draw and analyse a convolutional network on handwritten digits."""

import os

__version__ = "1.0.0"

# TensorFlow's own log, before it is imported: warnings only, and no notice that oneDNN is on.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
