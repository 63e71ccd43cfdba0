"""Open a page in Streamlit's AppTest, and read what it shows."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parent.parent / "streamlit_app.py")
PAGES = "mnist_cnn/ui"


def open_page(name: str, **query) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if name != "home":
        app.switch_page(f"{PAGES}/{name}/page.py").run()
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.caption, app.markdown, app.info, app.warning, app.error, app.button)
    return "\n".join(getattr(element, "label", None) or element.value for kind in kinds for element in kind)


def table_of_runs(app: AppTest):
    return next(frame.value for frame in app.dataframe if "state" in frame.value)
