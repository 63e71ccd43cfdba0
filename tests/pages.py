"""Open a page in Streamlit's AppTest, and read what it shows."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from mnist_cnn.ui import buttons, teacher

APP = str(Path(__file__).parent.parent / "streamlit_app.py")
PAGES = "mnist_cnn/ui"
buttons.REST = 0.0  # tests click faster than hands


def open_page(name: str, visitor: str | None = None, **query) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    if visitor:
        app.session_state["visitor-id"] = visitor
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if name != "home":
        app.switch_page(f"{PAGES}/{name}/page.py").run()
    assert not app.exception, app.exception
    return app


def sign_in(visitor: str) -> None:
    """Make a browser the teacher's, as the code would."""
    teacher.office()._browsers.add(visitor)


def control(elements, name: str):
    """Of `app.slider` and the like, the control that shows an entry of `ui.state.TABLE`."""
    (found,) = (element for element in elements if re.fullmatch(rf"{re.escape(name)}-(\w{{8}}-)?\d+", element.key or ""))
    return found


def address(app: AppTest) -> dict[str, str]:
    """What the page has the browser show as the query of its address."""
    (component,) = (element.proto for element in app._tree.get("bidi_component") if element.key == "address")
    return dict(parse_qsl(json.loads(component.json)["query"]))


def texts(app: AppTest) -> str:
    kinds = (app.title, app.header, app.caption, app.markdown, app.info, app.warning, app.error, app.button)
    return "\n".join(getattr(element, "label", None) or element.value for kind in kinds for element in kind)


def table_of_runs(app: AppTest):
    return next(frame.value for frame in app.dataframe if "state" in frame.value)
