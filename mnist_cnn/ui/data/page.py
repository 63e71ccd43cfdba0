"""Data."""

from mnist_cnn.ui import header
from mnist_cnn.ui.language import t

header.show(t("data.title"), t("data.about"))
