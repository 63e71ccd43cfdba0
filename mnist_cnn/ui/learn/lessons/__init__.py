"""The lessons, in the order in which a class may take them; each is a module."""

from mnist_cnn.ui.learn.lessons import (
    batch_size,
    convolution,
    dropout,
    learning_rate,
    mistakes,
    numbers,
    overfitting,
    saying_no,
)

LESSONS = {
    module.LESSON.id: module.LESSON
    for module in (numbers, convolution, overfitting, dropout, learning_rate, batch_size, mistakes, saying_no)
}
