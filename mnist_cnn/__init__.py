"""MNIST CNN Studio: train, draw and analyse a convolutional network on handwritten digits."""

__version__ = "1.0.0"
