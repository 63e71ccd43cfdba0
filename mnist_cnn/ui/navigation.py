"""The pages: one entry each, in the order of the menu."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page of the app. Its title is the word "NAME.nav" of the catalogue, its address /NAME.

    Attributes
    ----------
    name : of its folder beside this file.
    icon : a Material symbol.
    """

    name: str
    icon: str

    @property
    def file(self) -> str:
        """Its script, as Streamlit names pages: from the project's folder."""
        return f"mnist_cnn/ui/{self.name}/page.py"


PAGES = {
    name: Page(name, f":material/{symbol}:")
    for name, symbol in {
        "home": "home",
        "learn": "school",
        "data": "database",
        "train": "model_training",
        "draw": "draw",
        "analysis": "analytics",
        "stress": "vital_signs",
        "map": "scatter_plot",
        "classroom": "groups",
    }.items()
}
