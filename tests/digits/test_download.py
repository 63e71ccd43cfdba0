"""MNIST is fetched from whichever mirror has it, and nothing else is ever kept."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from mnist_cnn.digits import datasets, download
from mnist_cnn.errors import StudioError

NAMES = download.IDX_FILES


class Handler(BaseHTTPRequestHandler):
    """Serves `server.files`: bytes as they are, or a function that writes the answer itself."""

    def do_GET(self):
        self.server.asked.append(self.path)
        content = self.server.files.get(self.path)
        if callable(content):
            content(self.wfile)
            self.close_connection = True
            return
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def web():
    """A web server without a file; `web.url` is its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.asked, server.url = {}, [], f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def idx(mnist_arrays) -> dict[str, bytes]:
    """The four files that a mirror of the original serves, by name."""
    headers = {key: bytes(4) + b"".join(n.to_bytes(4, "big") for n in array.shape) for key, array in mnist_arrays.items()}
    return {NAMES[key]: gzip.compress(headers[key] + mnist_arrays[key].tobytes(), 1) for key in NAMES}


@pytest.fixture
def mirror(web, idx):
    """Serve the original under /good/, with some files changed: `mirror({name: content})`; returns the address."""

    def serve(**changes) -> str:
        web.files = {f"/good/{name}": content for name, content in idx.items()}
        web.files |= {f"/good/{NAMES[key]}": content for key, content in changes.items()}
        web.asked.clear()
        return f"{web.url}/good/"

    return serve


@pytest.fixture
def npz_mirror(web, real_mnist) -> str:
    web.files = {"/mnist.npz": real_mnist.read_bytes()}
    web.asked.clear()
    return f"{web.url}/mnist.npz"


def left_behind(project) -> list[str]:
    return sorted(path.name for path in project.rglob("*") if path.is_file())


def refusal(*mirrors) -> str:
    with pytest.raises(StudioError) as caught:
        download.fetch_mnist(mirrors=mirrors)
    message = str(caught.value)
    assert caught.value.code == "data.download" and "object at 0x" not in message
    return message


def test_the_original_files_become_one_verified_archive(project, mirror):
    shares = []
    path = download.fetch_mnist(shares.append, [mirror()])
    assert path == datasets.project_file() == datasets.find_mnist()
    assert datasets.load("mnist").y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert left_behind(project) == ["mnist.npz", "unpacked.mnist"]  # the latter since it was loaded
    assert shares == sorted(shares) and 0 < shares[0] < 0.1 and 0.99 < shares[-1] <= 1


def test_an_archive_is_fetched_after_a_dead_mirror(project, npz_mirror):
    shares = []
    path = download.fetch_mnist(shares.append, ["http://127.0.0.1:1/", npz_mirror])
    assert set(datasets.read_npz(path)) == set(datasets.ARRAYS)
    assert left_behind(project) == ["mnist.npz"]
    assert shares == sorted(shares) and 0 < shares[0] < 0.1 and 0.98 < shares[-1] <= 1


def damaged_in_the_middle(packed: bytes) -> bytes:
    """A gzip whose compressed data ends in an impossible block."""
    middle = len(packed) // 2
    return packed[:middle] + b"\xff" * 64 + packed[middle + 64 :]


@pytest.mark.parametrize(
    "change",
    [
        lambda packed: None,
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:5],
        lambda packed: b"",
        lambda packed: b"<html>Sign in to the network</html>",
        lambda packed: gzip.compress(b"short"),
        lambda packed: gzip.compress(gzip.decompress(packed)[:-1]),
        lambda packed: gzip.compress(gzip.decompress(packed)[:-1] + b"\x0b"),
        damaged_in_the_middle,
    ],
    ids=["missing", "truncated", "only a header", "empty", "a page", "short", "a label less", "a label wrong", "damaged"],
)
def test_a_mirror_with_a_bad_file_is_refused_and_nothing_is_left(project, mirror, idx, change):
    address = mirror(y_test=change(idx[NAMES["y_test"]]))
    assert "127.0.0.1" in refusal(address)
    assert left_behind(project) == []


@pytest.mark.parametrize(
    "answer",
    [
        b"no web server here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\ncut",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\ncut",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"",
    ],
    ids=["no HTTP", "cut body", "cut chunk", "no chunk", "silence"],
)
@pytest.mark.parametrize("path", ["/", "/mnist.npz"])
def test_a_broken_answer_is_refused(project, web, answer, path):
    def reply(file):
        file.write(answer)

    web.files = {path: reply, f"/{NAMES['x_train']}": reply}
    assert "127.0.0.1" in refusal(web.url + path)
    assert left_behind(project) == []


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"PK\x03\x04"])
def test_an_archive_that_is_none_is_refused(project, web, content):
    web.files = {"/mnist.npz": content}
    assert "127.0.0.1" in refusal(f"{web.url}/mnist.npz")
    assert left_behind(project) == []


def test_an_archive_cut_short_is_refused(project, web, npz_mirror):
    web.files["/mnist.npz"] = web.files["/mnist.npz"][:-1000]
    assert "127.0.0.1" in refusal(npz_mirror)
    assert left_behind(project) == []


def test_every_mirror_that_failed_is_named(project, web):
    web.files = {}
    message = refusal("http://127.0.0.1:1/", f"{web.url.replace('127.0.0.1', 'localhost')}/second.npz")
    assert all(words in message for words in ("127.0.0.1", "refused", "localhost", "Not Found", str(datasets.project_file())))


def test_a_good_file_is_not_downloaded_again(project, web, real_mnist):
    target = datasets.project_file()
    target.parent.mkdir(parents=True)
    target.symlink_to(real_mnist)
    web.asked.clear()
    assert download.fetch_mnist(mirrors=[f"{web.url}/"]) == target
    assert web.asked == [] and target.is_symlink()


def test_a_bad_file_stays_until_a_good_one_is_here(project, npz_mirror):
    target = datasets.project_file()
    target.parent.mkdir(parents=True)
    target.write_bytes(b"bad")
    refusal("http://127.0.0.1:1/")
    assert target.read_bytes() == b"bad"
    download.fetch_mnist(mirrors=[npz_mirror])
    assert np.array_equal(datasets.read_npz(target)["y_test"][:3], [7, 2, 1])
    assert left_behind(project) == ["mnist.npz"]


def test_a_mirror_that_takes_too_long_is_given_up(project, npz_mirror, monkeypatch):
    monkeypatch.setattr(download, "LIMIT", 0)
    assert "slower than 0 seconds" in refusal(npz_mirror)
    assert left_behind(project) == []


def test_a_full_disk_leaves_no_half_of_a_file(npz_mirror, small_disk, project, monkeypatch):
    folder = small_disk(2000)
    monkeypatch.setattr(datasets, "PROJECT", folder)
    assert "No space left" in refusal(npz_mirror)
    assert left_behind(folder) == []
