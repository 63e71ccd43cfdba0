"""Learn."""

from mnist_cnn.ui import header
from mnist_cnn.ui.language import t

header.show(t("learn.title"), t("learn.about"))
