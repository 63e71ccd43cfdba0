"""Photos of digits on paper become clean ink, whatever the light; what is no photo of a digit is told."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from mnist_cnn.errors import StudioError
from mnist_cnn.ink import picture

WIDTH, HEIGHT = 480, 640
SEVEN = [(130, 180), (330, 180), (220, 480)]
PAPERS = ("plain", "uneven", "shadow", "ruled", "squared", "shadow, ruled", "grainy")


def ink(strokes=(SEVEN,)) -> np.ndarray:
    """The true ink, float (HEIGHT, WIDTH) in [0, 1]."""
    image = Image.new("L", (WIDTH, HEIGHT))
    for stroke in strokes:
        ImageDraw.Draw(image).line(stroke, 255, 22, "curve")
    return np.asarray(image, float) / 255


def photographed(drawing: np.ndarray, paper: str) -> np.ndarray:
    """Brightness of ink on such a paper, uint8."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    light = np.full((HEIGHT, WIDTH), 0.9)
    if paper == "uneven":
        light -= 0.5 * x / WIDTH
    if "shadow" in paper:
        light = ndimage.gaussian_filter(np.where(x + 0.4 * y < 370, 0.9, 0.5), 2)
    if "ruled" in paper or paper == "squared":
        light = np.where((y + 0.01 * x) % 60 < 2, light * 0.6, light)
    if paper == "squared":
        light = np.where(x % 60 < 2, light * 0.6, light)
    noise = np.random.default_rng(5).normal(0, 0.04 if paper == "grainy" else 0.01, light.shape)
    return (np.clip(light * (1 - 0.8 * drawing) + noise, 0, 1) * 255).astype(np.uint8)


def file(image, kind: str = "JPEG", **options) -> io.BytesIO:
    stream = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(stream, kind, **options)
    stream.seek(0)
    return stream


def overlap(found: np.ndarray, true: np.ndarray) -> float:
    """Intersection over union."""
    return ((found > 0.5) & (true > 0.5)).sum() / ((found > 0.5) | (true > 0.5)).sum()


@pytest.mark.parametrize("paper", PAPERS)
def test_the_ink_is_found_on_any_paper(paper):
    found = picture.read(file(photographed(ink(), paper), quality=75), "photo")
    assert found.dtype == np.float32 and found.shape == (HEIGHT, WIDTH)
    assert found.min() >= 0 and found.max() <= 1
    assert overlap(found, ink()) > 0.8


@pytest.mark.parametrize("paper", ["plain", "uneven", "ruled", "grainy"])
def test_empty_paper_is_told(paper):
    with pytest.raises(StudioError, match="holds no ink"):
        picture.read(file(photographed(np.zeros((HEIGHT, WIDTH)), paper)), "photo")


def test_several_strokes_are_all_kept():
    true = ink([[(80, 150), (80, 500)], SEVEN, [(380, 300), (430, 460)]])
    assert overlap(picture.read(file(photographed(true, "shadow")), "photo"), true) > 0.8


def test_light_ink_on_dark_paper_is_ink():
    assert overlap(picture.read(file((ink() * 255).astype(np.uint8), "PNG"), "board"), ink()) > 0.85


@pytest.mark.parametrize(("orientation", "turn"), [(1, 0), (3, 180), (6, 270), (8, 90)])
def test_a_photo_is_turned_as_the_camera_says(orientation, turn):
    upright = Image.fromarray(photographed(ink(), "plain"))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright.rotate(-turn, expand=True)
    assert overlap(picture.read(file(stored, exif=exif), "photo"), ink()) > 0.8


def test_what_is_transparent_is_paper():
    image = Image.new("RGBA", (WIDTH, HEIGHT))
    image.putalpha(Image.fromarray((ink() * 255).astype(np.uint8)))
    assert overlap(picture.read(file(image, "PNG"), "drawing"), ink()) > 0.85


@pytest.mark.parametrize("side", [28, 56])
def test_a_tiny_image_is_taken_as_it_is(side):
    tiny = Image.fromarray((ink() * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BOX)
    found = picture.read(file(tiny, "PNG"), "tiny")
    assert found.shape == (side, side) and overlap(found, np.asarray(tiny) / 255) > 0.7


def test_a_photo_of_mnist_is_read(mnist_arrays):
    from mnist_cnn.digits.datasets import PROJECT
    from mnist_cnn.ink import sketch
    from mnist_cnn.reading import prediction
    from mnist_cnn.runs import Store

    network, right = prediction.load(Store(PROJECT / "models").get("quick")), 0
    for number in range(20):
        drawing = np.zeros((HEIGHT, WIDTH))
        enlarged = Image.fromarray(mnist_arrays["x_test"][number]).resize((300, 300), Image.Resampling.BICUBIC)
        drawing[200:500, 90:390] = np.asarray(enlarged) / 255
        found = picture.read(file(photographed(drawing, "shadow, ruled")), "photo")
        right += network.predict(sketch.normalise(found).image[np.newaxis]).argmax() == mnist_arrays["y_test"][number]
    assert right >= 18


def test_what_is_no_image_is_told():
    with pytest.raises(StudioError, match="letter.jpg cannot be read as an image"):
        picture.read(io.BytesIO(b"Dear teacher"), "letter.jpg")
    whole = file(photographed(ink(), "plain")).getvalue()
    with pytest.raises(StudioError, match="cannot be read as an image"):
        picture.read(io.BytesIO(whole[: len(whole) // 2]), "half.jpg")


def test_an_enormous_image_is_refused_before_it_is_decoded():
    huge = file(Image.new("1", (9000, 9000)), "PNG")
    with pytest.raises(StudioError, match="81 million pixels"):
        picture.read(huge, "huge.png")
