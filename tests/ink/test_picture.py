"""Photos of digits on paper become clean ink, whatever the light; what is no photo of a digit is told."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from mnist_cnn.digits.datasets import PROJECT
from mnist_cnn.errors import StudioError
from mnist_cnn.ink import imagefile, picture, writing
from mnist_cnn.reading import calibration, prediction, transcript
from mnist_cnn.runs import Store

PICTURES = Path(__file__).parent / "pictures"

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


@pytest.fixture(scope="module")
def transcribed():
    """What the shipped Sketch network reads in a file: text and whether it is sure."""
    run = Store(PROJECT / "models").get("sketch")
    network, threshold = prediction.load(run), calibration.threshold(run)

    def read(file) -> tuple[str, bool]:
        found = transcript.read(picture.read(file, "picture"), network, threshold)
        return found.text, found.sure

    return read


def test_a_photo_of_mnist_is_read(mnist_arrays, transcribed):
    right = 0
    for number in range(20):
        drawing = np.zeros((HEIGHT, WIDTH))
        enlarged = Image.fromarray(mnist_arrays["x_test"][number]).resize((300, 300), Image.Resampling.BICUBIC)
        drawing[200:500, 90:390] = np.asarray(enlarged) / 255
        text, sure = transcribed(file(photographed(drawing, "shadow, ruled")))
        right += sure and text == str(mnist_arrays["y_test"][number])
    assert right >= 18


@pytest.mark.parametrize("path", sorted(PICTURES.glob("*_[17]*.*")), ids=lambda path: path.name)
def test_pictures_are_read(path, transcribed):
    right = path.stem.replace("_line2", "").replace("_line3", "").replace("_on_a_page", "")
    rows = re.search(r"(?:_[17]+)+$", right)[0].strip("_").split("_")
    assert transcribed(path) == ("\n".join(rows), True)


def test_a_scribble_is_no_digit(transcribed):
    assert not transcribed(PICTURES / "scribble.png")[1]


DIGITS = {
    1: [[(30, 0), (30, 100)]],
    2: [[(5, 25), (12, 6), (32, 0), (55, 8), (60, 28), (45, 55), (0, 100), (65, 100)]],
    4: [[(40, 0), (0, 60), (70, 60)], [(50, 20), (50, 100)]],
    5: [[(60, 0), (10, 0), (5, 42), (35, 38), (60, 55), (58, 85), (32, 100), (3, 90)]],
    7: [[(0, 0), (60, 0), (22, 100)]],
}


def written(page: Image.Image, digit: int, left: float, top: float, height: float, pen: int, ink) -> Image.Image:
    for stroke in DIGITS[digit]:
        ImageDraw.Draw(page).line([(left + x * height / 100, top + y * height / 100) for x, y in stroke], ink, pen, "curve")
    return page


def grained(page: Image.Image, deviation: float = 3) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, deviation, page.size[::-1])
    return Image.fromarray(np.clip(np.asarray(page, float) + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize("pen", [2, 3, 4])
def test_the_thin_lines_of_a_drawing_program_are_strokes(digit, pen, transcribed):
    page = written(Image.new("RGB", (400, 400), "white"), digit, 90, 50, 300, pen, (180, 20, 20))
    assert transcribed(file(page, "PNG")) == (str(digit), True)


@pytest.mark.parametrize(
    ("turn", "shift", "desk", "texture"),
    [(0, 0, 60, 0), (8, 0, 60, 0), (-12, 0, 40, 10), (0, 90, 60, 0), (3, 0, 110, 20), (15, -60, 50, 30)],
)
def test_a_sheet_on_a_dark_desk_is_the_paper(turn, shift, desk, texture, transcribed):
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    wood = desk + texture * np.sin(x / 9 + y / 60)
    page = written(Image.new("L", (WIDTH, HEIGHT), 230), 7, 200, 240, 150, 12, 45).rotate(turn, fillcolor=230)
    sheet = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(sheet).rectangle((60 + shift, 60, 420 + shift, 580), 255)
    seen = np.where(np.asarray(sheet.rotate(turn)) > 0, page, wood).astype(np.uint8)
    assert transcribed(file(grained(Image.fromarray(seen)))) == ("7", True)


def test_a_digit_near_the_edge_of_a_sheet_on_wood_is_not_lost(transcribed):
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    wood = Image.fromarray((70 + 20 * np.sin(x / 9 + y / 60)).astype(np.uint8))
    wood.paste(written(Image.new("L", (300, 480), 230), 4, 10, 200, 90, 7, 45), (80, 60))
    assert transcribed(file(grained(written(written(wood, 5, 170, 255, 90, 7, 45), 2, 255, 255, 90, 7, 45)))) == ("452", True)


@pytest.mark.parametrize(("size", "height", "pen"), [((1000, 1400), 45, 3), ((2480, 3508), 110, 8), ((2000, 1500), 60, 4)])
def test_one_small_digit_on_a_whole_page_is_found(size, height, pen, transcribed):
    page = written(Image.new("L", size, 228), 5, size[0] * 0.6, size[1] * 0.3, height, pen, 60)
    assert transcribed(file(grained(page, 2))) == ("5", True)


@pytest.mark.parametrize("slope", [-0.15, -0.07, 0.03, 0.12])
@pytest.mark.parametrize("squared", [False, True])
def test_dark_tilted_rules_are_no_ink(slope, squared, transcribed):
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rules = (y + slope * x) % 55 < 2
    if squared:
        rules |= (x - slope * y) % 55 < 2
    page = Image.fromarray(np.where(rules, 80, 229).astype(np.uint8))
    assert transcribed(file(grained(written(page, 4, 150, 170, 290, 18, 45)))) == ("4", True)


@pytest.mark.parametrize("digit", [4, 5])
def test_a_small_digit_on_squares_is_read(digit, transcribed):
    y, x = np.mgrid[:1200, :900]
    squares = ((y + 0.05 * x) % 24 < 2) | ((x - 0.05 * y) % 24 < 2)
    page = Image.fromarray(np.where(squares, 185, 229).astype(np.uint8))
    assert transcribed(file(grained(written(page, digit, 400, 500, 130, 4, 70)))) == (str(digit), True)


def test_a_margin_beside_a_digit_is_no_one(transcribed):
    y, x = np.mgrid[:1200, :900]
    margin = (abs(x - 120 - 0.05 * y) < 2) & (y % 90 < 84)  # pale, so that it breaks
    page = Image.fromarray(np.where(margin, 150, 229).astype(np.uint8))
    assert transcribed(file(grained(written(page, 5, 500, 700, 130, 4, 90)))) == ("5", True)


@pytest.mark.parametrize("digit", [None, 2, 5, 7])
@pytest.mark.parametrize("dark", [172, 205])
def test_squares_as_dark_as_those_of_exercise_books_are_no_ink(digit, dark, transcribed):
    y, x = np.mgrid[:900, :1200]
    squares = Image.fromarray(np.where((y % 40 < 3) | (x % 40 < 3), dark, 240).astype(np.uint8))
    if digit is None:
        with pytest.raises(StudioError, match="holds no ink"):
            picture.read(file(squares), "page")
    else:
        assert transcribed(file(written(squares, digit, 490, 310, 170, 6, 40))) == (str(digit), True)


@pytest.mark.parametrize("slope", [-0.07, 0.0])
def test_ruled_paper_without_ink_is_empty(slope):
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    page = Image.fromarray(np.where((y + slope * x) % 55 < 2, 80, 229).astype(np.uint8))
    with pytest.raises(StudioError, match="holds no ink"):
        picture.read(file(grained(page)), "page")


def test_what_shines_beside_a_sheet_in_the_shadow_is_no_chalk(transcribed):
    page = Image.new("L", (900, 1200), 25)
    ImageDraw.Draw(page).rectangle((150, 300, 800, 800), 130)
    ImageDraw.Draw(page).ellipse((840, 400, 870, 430), 240)  # a fingertip, or a ring
    assert transcribed(file(grained(written(page, 5, 400, 480, 130, 8, 40)))) == ("5", True)


def test_chalk_on_a_board_is_ink(transcribed):
    assert transcribed(file(written(Image.new("L", (300, 300), 30), 2, 100, 50, 190, 4, 235), "PNG")) == ("2", True)


def test_a_photo_of_50_megapixels_is_read(transcribed):
    page = written(Image.new("L", (8192, 6144), 228), 7, 2500, 1200, 3500, 260, 50)
    assert transcribed(file(page)) == ("7", True)


def test_what_is_no_image_is_told():
    with pytest.raises(StudioError, match="letter.jpg cannot be read as an image"):
        picture.read(io.BytesIO(b"Dear teacher"), "letter.jpg")
    whole = file(photographed(ink(), "plain")).getvalue()
    with pytest.raises(StudioError, match="cannot be read as an image"):
        picture.read(io.BytesIO(whole[: len(whole) // 2]), "half.jpg")


def test_ink_tells_where_it_lies_in_the_picture():
    page = Image.new("L", (2400, 2400), 235)
    ImageDraw.Draw(page).line([(1500, 600), (1560, 600), (1520, 700)], 30, 8)
    ink = picture.find(imagefile.Picture(np.asarray(page, np.float32) / 255, 1), "page")
    rows, columns = np.nonzero(ink.drawing > 0.5)
    box = ink.in_picture((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    assert np.allclose(box, (1496, 596, 1562, 702), atol=8)


def test_a_long_bar_that_is_broader_than_a_line_is_no_margin():
    pieces = np.zeros((1000, 1000), int)
    pieces[100:118], pieces[400:500, 450:460] = 1, 2
    assert writing._margin(pieces, ndimage.find_objects(pieces), np.array([1, 2])) == []
    pieces[106:118][pieces[106:118] == 1] = 0
    assert writing._margin(pieces, ndimage.find_objects(pieces), np.array([1, 2])) == [1]
