"""Image files of every kind become brightness, safely; all else is refused in words."""

import io
import os
import warnings

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_cnn.errors import StudioError
from mnist_cnn.ink import imagefile

pytestmark = pytest.mark.filterwarnings("ignore")  # Pillow warns of what is damaged
SIDE = 48


def drawn(mode: str = "L") -> Image.Image:
    image = Image.new("L", (SIDE, SIDE), 255)
    ImageDraw.Draw(image).line([(10, 10), (36, 10), (20, 40)], 0, 5)
    if mode == "I;16":
        return Image.fromarray(np.asarray(image, np.uint16) * 200 + 5000)
    if mode == "F":
        return Image.fromarray(np.asarray(image, np.float32) / 255)
    return image.convert(mode)


def stored(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def noted(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "a seven"
    return exif


def brightness(data: bytes) -> np.ndarray:
    return imagefile.read(io.BytesIO(data), "it.png").brightness


FILES = {
    **{f"png {mode}": stored(drawn(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")},
    "png exif": stored(drawn(), "PNG", exif=noted(1)),
    "png animated": stored(drawn(), "PNG", save_all=True, append_images=[Image.new("L", (SIDE, SIDE), 255)]),
    "jpeg": stored(drawn(), "JPEG", exif=noted(1)),
    "jpeg progressive": stored(drawn("RGB"), "JPEG", progressive=True),
    "jpeg cmyk": stored(drawn("CMYK"), "JPEG"),
    "mpo": stored(drawn("RGB"), "MPO", save_all=True, append_images=[Image.new("RGB", (SIDE, SIDE))]),
    "gif": stored(Image.new("L", (SIDE, SIDE), 255), "GIF", save_all=True, append_images=[drawn()]),
    "bmp": stored(drawn("RGB"), "BMP"),
    "bmp 1": stored(drawn("1"), "BMP"),
    "webp": stored(drawn("RGB"), "WEBP", exif=noted(1)),
    "webp animated": stored(drawn("RGB"), "WEBP", save_all=True, append_images=[Image.new("RGB", (SIDE, SIDE))]),
    **{f"tiff {how}": stored(drawn(), "TIFF", compression=how) for how in ("raw", "tiff_lzw", "jpeg", "tiff_deflate")},
    "tiff 1": stored(drawn("1"), "TIFF", compression="group4"),
    "tiff F": stored(drawn("F"), "TIFF"),
    "tiff I;16": stored(drawn("I;16"), "TIFF"),
}  # fmt: skip
MUTATIONS = 30  # of every file


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_shows_the_same(kind):
    grey = brightness(FILES[kind])
    assert grey.shape == (SIDE, SIDE) and grey.dtype == np.float32
    assert grey.min() >= 0 and grey.max() <= 1
    assert np.corrcoef(grey.ravel(), np.asarray(drawn()).ravel())[0, 1] > 0.95


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """The same with some bytes changed, a piece cut out or doubled, or the end missing."""
    changed = bytearray(data)
    head = rng.random() < 0.5  # where most of the sizes and offsets stand
    for _ in range(rng.integers(1, 8)):
        if len(changed) < 8:
            break
        place = int(rng.integers(0, min(len(changed), 120) if head else len(changed)))
        how = rng.integers(0, 5)
        if how == 0:
            changed[place] = rng.integers(0, 256)
        elif how == 1:
            changed[place : place + 4] = bytes(rng.choice([0, 0x7F, 0x80, 0xFF], 4).tolist())
        elif how == 2:
            del changed[place : place + int(rng.integers(1, 9))]
        elif how == 3:
            changed[place:place] = changed[place : place + int(rng.integers(1, 30))]
        else:
            del changed[max(4, place) :]
    return bytes(changed)


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_is_read_or_refused_in_words(kind):
    rng = np.random.default_rng(sorted(FILES).index(kind))
    for _ in range(MUTATIONS):
        data = mutated(FILES[kind], rng)
        try:
            grey = brightness(data)
        except StudioError as error:
            assert error.code in ("image.unreadable", "image.large")
            assert "object at" not in str(error) and "<" not in str(error) and "/" not in str(error)
        else:
            assert grey.ndim == 2 and grey.size and grey.min() >= 0 and grey.max() <= 1


@pytest.mark.parametrize("kind", ["ICO", "EPS", "PPM", "TGA", "PDF", "SGI"])
def test_kinds_that_are_not_meant_are_refused_whatever_the_name_says(kind):
    with pytest.raises(StudioError, match="it.png cannot be read as an image.*PNG, JPEG, WEBP, BMP, GIF, TIFF"):
        brightness(stored(drawn("RGB"), kind))


def test_what_a_camera_noted_may_be_damaged():
    whole = FILES["jpeg"]
    start = whole.index(b"Exif\0\0") + 6
    assert brightness(whole[:start] + b"\xff" * 20 + whole[start + 20 :]).shape == (SIDE, SIDE)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(StudioError, match="There is no file seven.png"):
        imagefile.read(tmp_path / "seven.png", "seven.png")
    with pytest.raises(StudioError, match="pictures cannot be read as an image"):
        imagefile.read(tmp_path, "pictures")


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG"])
def test_an_enormous_image_is_refused_before_it_is_decoded(kind, monkeypatch):
    data = stored(Image.new("RGB", (1200, 1200)), kind)
    monkeypatch.setattr(imagefile, "MOST", 1)
    monkeypatch.setattr(imagefile, "MOST_REDUCED", 1)
    monkeypatch.setattr(imagefile, "MOST_WEBP", 1)
    monkeypatch.setattr(Image.Image, "crop", lambda *_: pytest.fail("decoded"))
    with pytest.raises(StudioError, match="at most 1 million pixels"):
        brightness(data)


def test_a_photo_of_many_megapixels_is_reduced_while_it_is_decoded():
    grey = brightness(stored(drawn().resize((9000, 6000)), "JPEG"))
    assert max(grey.shape) <= imagefile.LONGEST and grey.shape[0] * 3 == grey.shape[1] * 2
    assert grey.min() < 0.1 and grey.max() > 0.9


def test_frames_together_are_bounded(monkeypatch):
    pages = [Image.new("L", (600, 600), 255 - number) for number in range(10)] + [drawn().resize((600, 600))]
    data = stored(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert brightness(data).std() > 0.1
    monkeypatch.setattr(imagefile, "MOST", 2)
    assert brightness(data).std() < 0.001


@pytest.mark.parametrize("mode", ["1", "P"])
def test_thin_lines_outlast_reduction(mode):
    page = Image.new("L", (7000, 7000), 255)
    ImageDraw.Draw(page).line([(3500, 500), (3500, 6500)], 0, 4)
    assert brightness(stored(page.convert(mode), "PNG")).min() < 0.6


@pytest.mark.parametrize(("ink", "paper"), [(255, 0), (0, 1)])
def test_ink_without_paper_gets_paper_that_it_stands_out_from(ink, paper):
    alone = Image.new("LA", (SIDE, SIDE), (ink, 0))
    alone.putalpha(Image.eval(drawn(), lambda value: 255 - value))
    grey = brightness(stored(alone, "PNG"))
    assert grey[0, 0] == paper and grey[10, 20] == 1 - paper


@pytest.mark.parametrize("reduced", [1, 3])
@pytest.mark.parametrize("kind", ["TIFF", "GIF", "PNG"])
def test_the_scale_is_that_of_the_frame_that_is_shown(kind, reduced, monkeypatch):
    monkeypatch.setattr(imagefile, "LONGEST", 2 * SIDE // reduced)
    pages = [Image.new("L", (SIDE, SIDE) if kind == "TIFF" else (2 * SIDE, SIDE), 255), drawn().resize((2 * SIDE, SIDE))]
    data = stored(pages[0], kind, save_all=True, append_images=pages[1:])
    seen = imagefile.read(io.BytesIO(data), "it")
    assert seen.scale == reduced and seen.brightness.shape == (SIDE // reduced, 2 * SIDE // reduced)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_photo_that_is_reduced_while_it_is_decoded_has_the_scale_of_the_whole(orientation):
    seen = imagefile.read(io.BytesIO(stored(drawn().resize((6000, 4000)), "JPEG", exif=noted(orientation))), "it")
    assert max(seen.brightness.shape) * seen.scale == 6000 and seen.scale > 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_unopened(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(StudioError, match="pipe.png cannot be read as an image"):
        imagefile.read(str(tmp_path / "pipe.png"), "pipe.png")


@pytest.mark.parametrize("high", [1e38, 3.4e38])
@pytest.mark.parametrize("low", [0, -1])
def test_samples_as_large_as_any_are_scaled_without_complaint(low, high):
    samples = np.where(np.asarray(drawn()) > 128, np.float32(high), np.float32(low * high))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        grey = brightness(stored(Image.fromarray(samples), "TIFF"))
    assert grey.min() == 0 and 0.25 < grey.max() <= 1
