"""Map."""

from mnist_cnn.ui import header
from mnist_cnn.ui.language import t

header.show(t("map.title"), t("map.about"))
