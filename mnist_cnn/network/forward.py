"""The network's forward pass for training: the same function, on the same variables, with a cheaper gradient.

A bias and a ReLU commute with max-pooling, so they wait until after it, where a quarter of the
values is left; batch normalisation is TensorFlow's fused kernel, which Keras does not use. A first
convolution that is pooled next is computed in cells of 2x2 pixels: what a cell holds are four channels of
one place. TensorFlow is slow with a single channel, and the pooling is then the maximum of four arrays.

In bfloat16 are products of convolutions and hidden layers, forward and back, and max-pooling right after them, which
rounds nothing; all else is float32. So is the first convolution, as these instructions multiply channels by pairs and
an image has one, and the last layer, whose products are the logits.
"""

import math

import keras
import tensorflow as tf
from keras import layers as kl

from mnist_cnn.network import precision
from mnist_cnn.network.precision import BFLOAT16, FLOAT32


def logits(model: keras.Model, images, seed, form: str = FLOAT32):
    """Training-time logits of a model that `mnist_cnn.network.model.build` made.

    Parameters
    ----------
    images : float32 (N, 28, 28, 1).
    seed : int32 (2,), of dropout.
    form : of products, one of `precision.FORMATS`.

    Returns
    -------
    logits : float32 (N, 10), before the last layer's softmax.
    updates : list of (variable, new value), the moving statistics of batch normalisation.

    Raises
    ------
    ValueError : for a kind of layer that `build` does not use.
    """
    x, delayed, updates = images, [], []
    for number, layer in enumerate(model.layers):
        if isinstance(layer, kl.MaxPooling2D):
            x = _greatest(x) if x.shape[1] == layer.output.shape[1] else tf.nn.max_pool2d(x, 2, 2, "VALID")
            continue
        if isinstance(layer, kl.ReLU):
            delayed.append(tf.nn.relu)
            continue
        x, delayed = _apply(delayed, x), []
        if isinstance(layer, kl.Conv2D):
            convolve = _in_cells if x is images and _pooled_next(model.layers[number + 1 :]) else _convolution
            x, delayed = _product(convolve, x, layer.kernel.value, form), [_wide, *_bias_and_activation(layer)]
        elif isinstance(layer, kl.BatchNormalization):
            x, new = _batch_norm(layer, x)
            updates += new
        elif isinstance(layer, kl.Dropout):
            if layer.rate:
                own = tf.random.experimental.stateless_fold_in(seed, number)
                x = tf.nn.experimental.stateless_dropout(x, layer.rate, own, rng_alg="philox")
        elif isinstance(layer, kl.Flatten):
            x = tf.reshape(x, (-1, layer.output.shape[1]))
        elif isinstance(layer, kl.Dense):
            own = FLOAT32 if layer is model.layers[-1] else form
            x = _apply([_wide, *_bias_and_activation(layer)], _product(tf.matmul, x, layer.kernel.value, own))
        else:
            raise ValueError(f"{type(layer).__name__} is not a layer of these networks")
    return x, updates


def _apply(functions, x):
    for function in functions:
        x = function(x)
    return x


def _product(function, x, kernel, form: str):
    """Of values (N, ..., C) and a kernel (..., C, F), both float32: float32 or bfloat16 (N, ..., F).

    In bfloat16 operands and result are rounded, and so is what goes back; sums are float32. TensorFlow's kernels for
    processors without such instructions sum in bfloat16 and slowly, so that there only the rounding is done.
    """
    if form != BFLOAT16 or kernel.shape[-2] == 1:
        return function(x, kernel)
    x, kernel = tf.cast(x, tf.bfloat16), tf.cast(kernel, tf.bfloat16)
    if precision.native():
        return function(x, kernel)
    return _wide(tf.cast(function(_wide(x), _wide(kernel)), tf.bfloat16))


def _wide(x):
    return tf.cast(x, tf.float32)


def _bias_and_activation(layer) -> list:
    """What follows a layer's product; softmax does not, as the loss takes logits."""
    bias = [lambda x: tf.nn.bias_add(x, layer.bias.value)] if layer.use_bias else []
    return bias + ([tf.nn.relu] if layer.activation is keras.activations.relu else [])


def _pooled_next(layers: list) -> bool:
    """Whether pooling is the first of these layers but for those that treat every place of a channel alike."""
    others = [layer for layer in layers if not isinstance(layer, (kl.BatchNormalization, kl.ReLU))]
    return isinstance(others[0], kl.MaxPooling2D)


def _convolution(x, kernel):
    return tf.nn.conv2d(x, kernel, 1, "SAME")


def _in_cells(images, kernel):
    """`_convolution` of (N, H, W, 1), H and W even, as (N, H/2, W/2, 4 C): of each 2x2 cell its four places, row by row."""
    side, _, _, channels = kernel.shape
    cells = 2 * ((side // 2 + 1) // 2) + 1  # in a row, that are seen from the middle one
    first = cells - 1 - side // 2  # of their pixels, that the kernel covers in the middle cell's first place
    at = [(first + place, 2 * cells - side - first - place) for place in range(2)]
    four = tf.stack([tf.pad(kernel, [row, column, (0, 0), (0, 0)]) for row in at for column in at], axis=3)
    four = tf.transpose(tf.reshape(four, (cells, 2, cells, 2, 4 * channels)), (0, 2, 1, 3, 4))
    return _convolution(tf.nn.space_to_depth(images, 2), tf.reshape(four, (cells, cells, 4, 4 * channels)))


def _greatest(x):
    """The maximum of each cell that `_in_cells` made, (N, H, W, 4 C) to (N, H, W, C)."""
    one, two, three, four = tf.split(x, 4, axis=3)
    return tf.maximum(tf.maximum(one, two), tf.maximum(three, four))


def _batch_norm(layer, x):
    """Normalise (N, H, W, C) over the batch, also in cells; and the new moving statistics, as Keras computes them."""
    shape, channels = x.shape, layer.gamma.shape[0]
    x = tf.reshape(x, (-1, shape[1], shape[2] * shape[3] // channels, channels))
    y, mean, variance = tf.compat.v1.nn.fused_batch_norm(x, layer.gamma.value, layer.beta.value, epsilon=layer.epsilon)
    count = tf.cast(tf.size(x) // channels, tf.float32)
    biased = variance * (count - 1) / count  # the kernel gives the unbiased variance, Keras keeps the biased one
    keep = layer.momentum
    moving = (layer.moving_mean.value, mean), (layer.moving_variance.value, biased)
    return tf.reshape(y, (-1, *shape[1:])), [(old, old * keep + tf.stop_gradient(new) * (1 - keep)) for old, new in moving]


def augment(images, strength: float, seed):
    """Random affine maps of images (N, 28, 28, 1), each its own.

    At strength 1: rotation and shear up to 0.17 rad, scale up to 10 %, shift up to 2 pixels, about the centre.
    """
    random = tf.random.stateless_uniform((6, tf.shape(images)[0]), seed, -strength, strength)
    angle, shear, zoom_x, zoom_y, shift_x, shift_y = tf.unstack(random * [[0.17], [0.17], [0.1], [0.1], [2.0], [2.0]])
    cos, sin = tf.cos(angle), tf.sin(angle)
    a, b = (1 + zoom_x) * cos, (1 + zoom_y) * (shear * cos - sin)
    c, d = (1 + zoom_x) * sin, (1 + zoom_y) * (shear * sin + cos)
    return _mapped(images, a, b, c, d, shift_x, shift_y)


def turned(images, angle: float, zoom: float):
    """Images (N, 28, 28, 1) turned about their centre, in radians, and scaled."""
    zero = tf.zeros(tf.shape(images)[0])
    cos, sin = math.cos(angle) / zoom, math.sin(angle) / zoom
    return _mapped(images, zero + cos, zero - sin, zero + sin, zero + cos, zero, zero)


def _mapped(images, a, b, c, d, shift_x, shift_y):
    """Images (N, 28, 28, 1), each mapped by its own matrix [[a, b], [c, d]] about the centre, then shifted."""
    centre = (images.shape[1] - 1) / 2
    x, y, zero = centre + shift_x - (a + b) * centre, centre + shift_y - (c + d) * centre, tf.zeros_like(a)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, x, c, d, y, zero, zero], axis=1),
        output_shape=images.shape[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
    )
    return tf.ensure_shape(moved, images.shape)
