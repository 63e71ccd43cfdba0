"""Stress it."""

from mnist_cnn.ui import header
from mnist_cnn.ui.language import t

header.show(t("stress.title"), t("stress.about"))
