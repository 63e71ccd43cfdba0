"""The address that phones open."""

from ipaddress import ip_address

import pytest
from pages import APP, texts
from streamlit.testing.v1 import AppTest

from mnist_cnn.ui.home import join

LONG = "x" * 5000


@pytest.fixture(autouse=True)
def untold(monkeypatch):
    monkeypatch.delenv("MNIST_CNN_ADDRESS", raising=False)


@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("url", ["http://studio.example:8501", "https://school.example/a/studio", "http://[2001:db8::7]:8501"])
def test_an_address_that_others_have_is_kept_with_the_path_below_which_the_app_is_served(url, end):
    assert join.address(url + end, None) == f"{url}/draw"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_the_computer_that_serves_is_named_as_its_network_does(host, monkeypatch):
    monkeypatch.setattr(join, "_own_address", lambda: "192.168.1.20")
    assert join.address(f"http://{host}:8501/", None) == "http://192.168.1.20:8501/draw"
    assert join.address(f"http://{host}/", "0.0.0.0") == "http://192.168.1.20/draw"
    assert join.address(f"http://{host}:8501/studio", None) == "http://192.168.1.20:8501/studio/draw"


@pytest.mark.parametrize(
    ("named", "there"),
    [
        ("https://school.example/studio/", "https://school.example/studio/draw"),
        ("192.168.1.20:8501", "http://192.168.1.20:8501/draw"),
        (" studio.example ", "http://studio.example/draw"),
        ("", None),
    ],
)
def test_the_address_may_be_told(named, there, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_ADDRESS", named)
    assert join.named_address() == there


def test_a_server_that_listens_at_one_address_is_found_there():
    assert join.address("http://localhost:8501/", "10.0.0.3") == "http://10.0.0.3:8501/draw"
    assert join.address("http://localhost:8501/", "127.0.0.1") is None


def test_without_a_network_or_an_address_there_is_none(monkeypatch):
    monkeypatch.setattr(join, "_own_address", lambda: None)
    assert join.address("http://localhost:8501/", None) is None
    assert join.address("", None) is None


@pytest.mark.parametrize("url", ["http://[::1", "http://host:port/", "nonsense", "/draw"])
def test_what_is_no_address_has_none(url):
    assert join.address(url, None) is None


def test_the_own_address_is_an_address_or_none():
    own = join._own_address()
    assert own is None or ip_address(own)


def test_home_shows_the_address(app_store, monkeypatch):
    app = AppTest.from_file(APP, default_timeout=60)
    app.context = {"url": "http://studio.example:8501/", "locale": "en-US"}
    app.run()
    assert not app.exception and "http://studio.example:8501/draw" in texts(app)
    assert "QR code of http://studio.example:8501/draw" in str(app.get("image")[0].proto)
    monkeypatch.setenv("MNIST_CNN_ADDRESS", "https://school.example")
    assert "https://school.example/draw" in texts(app.run())


@pytest.mark.parametrize(("url", "named"), [("", LONG), ("", "\udcff"), (f"http://{LONG}", "")])
def test_home_opens_without_a_code_where_the_address_makes_none(url, named, app_store, monkeypatch):
    monkeypatch.setenv("MNIST_CNN_ADDRESS", named)
    app = AppTest.from_file(APP, default_timeout=60)
    app.context = {"url": url, "locale": "en-US"}
    assert not app.run().exception and "QR code" not in str([image.proto for image in app.get("image")])
