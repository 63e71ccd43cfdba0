"""Digits on paper as phones photograph them: drawn from pen strokes, seeded, with everything that goes wrong there.

A sheet lies on a desk, is written on, lit, held by fingers, seen aslant, out of focus, and kept as a JPEG. Lengths
are in millimetres of the sheet, from the middle of what is written, x to the right and y down.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

Strokes = list[np.ndarray]

PAPERS = ("plain", "lined", "squared", "card")
DESKS = ("out of view", "wood", "dark", "white", "cloth", "patterned")
LIGHTS = ("even", "fading", "lamp", "soft shadow", "hard shadow")
PENS = ("pencil", "ballpoint", "felt-tip", "marker")
BLURS = ("sharp", "soft", "shaken")
ANGLE = 15  # degrees, the most that a camera is turned, and tilted either way
FINE = 1400  # pixels of the longer side that a scene is drawn with; larger photos are no sharper
COARSE = (slice(None, None, 8),) * 2  # enough to see where something lies
SIZES = ((1200, 1600), (900, 1600), (1200, 1200), (1080, 1920), (1536, 2048), (2448, 3264), (3000, 4000), (3024, 4032))
WIDTHS = {"pencil": (0.5, 1.0), "ballpoint": (0.45, 0.8), "felt-tip": (0.8, 1.8), "marker": (2.5, 6.0)}
HEIGHTS = {"pencil": (12, 60), "ballpoint": (12, 60), "felt-tip": (18, 90), "marker": (40, 130)}
COLOURS = {
    "pencil": ((70, 70, 76),),
    "ballpoint": ((28, 42, 130), (24, 24, 30), (180, 30, 44)),
    "felt-tip": ((22, 44, 150), (20, 20, 24), (190, 28, 40), (20, 105, 60), (90, 40, 130)),
    "marker": ((16, 16, 20), (24, 40, 140), (196, 24, 36), (16, 100, 56)),
}
WOODS = ((196, 152, 104), (150, 104, 66), (222, 192, 152), (104, 68, 44))
SKINS = ((232, 190, 165), (205, 155, 122), (160, 108, 78), (98, 64, 48))


@dataclass(frozen=True)
class Shot:
    """What a photo is of, and how it is taken.

    Attributes
    ----------
    paper, desk, light, pen, blur : of `PAPERS`, `DESKS`, `LIGHTS`, `PENS`, `BLURS`.
    fingers : how many hold the sheet.
    turn, tilt : degrees in the picture's plane, and out of it about its two axes.
    size : width and height of the photo, in pixels.
    quality : of the JPEG.
    """

    paper: str = "plain"
    desk: str = "out of view"
    light: str = "even"
    pen: str = "felt-tip"
    blur: str = "sharp"
    fingers: int = 0
    turn: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)
    size: tuple[int, int] = (1200, 1600)
    quality: int = 85


def some_shot(rng: np.random.Generator) -> Shot:
    """Any of them; each condition as often as its neighbours."""
    chosen = [str(rng.choice(kinds)) for kinds in (PAPERS, DESKS, LIGHTS, PENS, BLURS)]
    fingers = int(rng.integers(1, 4)) if rng.random() < 0.35 else 0
    turn, *tilt = (float(angle) for angle in rng.uniform(-ANGLE, ANGLE, 3))
    size = SIZES[rng.integers(len(SIZES))]
    return Shot(*chosen, fingers, turn, tuple(tilt), size[:: int(rng.choice((1, 1, -1)))], int(rng.integers(60, 96)))


def taken(shot: Shot, digits: list[Strokes], rng: np.random.Generator) -> bytes:
    """The JPEG of a row of digits."""
    return developed(_Scene(shot, digits, rng).picture(), shot, rng)


class _Scene:
    """A sheet on a desk before a camera, drawn layer by layer; arrays are float32, (H, W) or with colours (H, W, 3)."""

    def __init__(self, shot: Shot, digits: list[Strokes], rng: np.random.Generator):
        self.shot, self.rng = shot, rng
        small = shot.paper == "card"
        low, high = HEIGHTS[shot.pen]
        height = min(rng.uniform(low, high), rng.uniform(30, 60)) if small else rng.uniform(low, high)
        self.strokes = _row(digits, height, rng)
        self.extent = np.ptp(np.concatenate(self.strokes), axis=0)
        self.sheet = self._placed(np.array(((76, 76), (105, 148), (125, 75))[rng.integers(3)] if small else (210, 297)))
        self.width, self.height = (round(side * min(1, FINE / max(shot.size))) for side in shot.size)
        self.project = self._camera(self._view())
        columns, rows = np.meshgrid(np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32))
        self.x, self.y = _through(np.linalg.inv(self.project), columns, rows)
        self.pixel = float(np.hypot(self.x[0, 1] - self.x[0, 0], self.y[0, 1] - self.y[0, 0]))  # in mm

    def picture(self) -> np.ndarray:
        """Colours (height, width, 3), 0 to 1."""
        on, shade = self._on_sheet(), self._light()
        seen = self._paper() * self._ink()[..., None] if self.shot.pen == "pencil" else self._paper()
        if self.shot.pen != "pencil":
            seen = seen * (1 - self._ink()[..., None] * (1 - self._colour()))
        seen = self._desk() * (1 - on)[..., None] + seen * on[..., None]
        for part, colour, mask in self._fingers():
            drop = round(2 / self.pixel)
            beneath = np.pad(_softened(mask, 3 / self.pixel), ((drop, 0), (0, 0)))[: len(mask)]
            seen[part] *= 1 - 0.35 * beneath[..., None]
            seen[part] = seen[part] * (1 - mask[..., None]) + colour * mask[..., None]
        return np.clip(seen * shade, 0, 1)

    def _placed(self, size: np.ndarray) -> np.ndarray:
        """Left, top, right, bottom of a sheet that the row fits on, somewhere."""
        if (self.extent > size - 24).any():  # across then, or a larger one
            size = size[::-1] if (self.extent < size[::-1] - 24).all() else np.maximum(size, self.extent + 40)
        room = size - self.extent - 20
        middle = self.extent / 2 + 10 + room * self.rng.beta(2, 2, 2)
        return np.concatenate([-middle, size - middle])

    def _view(self) -> tuple[float, np.ndarray]:
        """How long the longer side of the picture is on the sheet, and the place in its middle."""
        rng, shape = self.rng, np.array(self.shot.size) / max(self.shot.size)
        low, high = self.sheet[:2], self.sheet[2:]
        tight = float((self.extent / shape).max())
        if self.shot.desk == "out of view":
            longest = tight * rng.uniform(1.6, 4.5)
            half = longest * 0.5 * np.hypot(*shape) * 1.3 + 10  # of a picture that is turned and tilted
            self.sheet = np.concatenate([np.minimum(low, -half), np.maximum(high, half)])  # as large as it need be
            return longest, rng.uniform(-0.1, 0.1, 2) * shape * longest
        if self.shot.paper == "card" or rng.random() < 0.35:  # the whole sheet
            return float(((high - low) / shape).max()) * rng.uniform(1.05, 1.5), (low + high) / 2 + rng.normal(0, 4, 2)
        longest = tight * rng.uniform(1.7, 4)
        half, middle = shape * longest / 2, np.zeros(2)
        axis = int(rng.integers(2))  # where an edge comes into view
        edge = (low, high)[int(rng.integers(2))][axis]
        free = half[axis] * rng.uniform(0.5, 0.9)  # from the middle to that edge
        shift = np.sign(edge) * max(self.extent[axis] / 2 + 8 - 0, min(abs(edge), free + 0.3 * half[axis])) - edge
        self.sheet[[axis, axis + 2]] += shift  # written nearer to that edge
        middle[axis] = self.sheet[axis + 2 * (edge > 0)] - np.sign(edge) * free
        limit = np.maximum(half - self.extent / 2 * 1.15, 0)
        return longest, np.clip(middle, -limit, limit)

    def _camera(self, view: tuple[float, np.ndarray]) -> np.ndarray:
        """From the sheet to the picture, a homography (3, 3)."""
        longest, middle = view
        side, (turn, about_x, about_y) = max(self.width, self.height), np.radians((self.shot.turn, *self.shot.tilt))
        focal = 0.8 * side
        spin = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
        pitch = np.array([[1, 0, 0], [0, np.cos(about_x), -np.sin(about_x)], [0, np.sin(about_x), np.cos(about_x)]])
        yaw = np.array([[np.cos(about_y), 0, np.sin(about_y)], [0, 1, 0], [-np.sin(about_y), 0, np.cos(about_y)]])
        pose = (yaw @ pitch @ spin)[:, :2]
        pose = np.column_stack([pose, -pose @ middle + (0, 0, focal * longest / side)])
        return np.array([[focal, 0, self.width / 2], [0, focal, self.height / 2], [0, 0, 1]]) @ pose

    def _clouds(self, size: float) -> np.ndarray:
        """Smooth noise (H, W) of about unit deviation, its patches of such a size in pixels."""
        shape = [max(4, round(side / size) + 3) for side in (self.height, self.width)]
        coarse = Image.fromarray(self.rng.standard_normal(shape, np.float32))
        return np.asarray(coarse.resize((self.width, self.height), Image.Resampling.BICUBIC))

    def _desk(self) -> np.ndarray:
        rng, kind = self.rng, self.shot.desk
        grain = self._clouds(2.5)
        if kind == "wood":
            base, along = np.array(WOODS[rng.integers(len(WOODS))], np.float32), rng.uniform(-0.1, 0.1)
            rings = self.y + along * self.x + 5 * self._clouds(self.width / 3) + self._clouds(self.width / 12)
            tone = 0.07 * np.sin(rings / 1.7) + 0.06 * np.sin(rings / 5.3 + 1) + 0.015 * grain
            tone -= 0.35 * (np.abs((self.y + along * self.x) % 95) < 0.8)  # between boards
        elif kind == "dark":
            base, tone = np.array([rng.uniform(22, 70)] * 3, np.float32) * (1, 0.98, 0.94), 0.12 * grain
        elif kind == "white":
            base, tone = np.array([rng.uniform(190, 238)] * 3, np.float32) * (1, 0.99, 0.97), 0.012 * grain
        elif kind == "cloth":
            base = np.array(((70, 90, 130), (150, 60, 60), (200, 190, 165), (90, 110, 90))[rng.integers(4)], np.float32)
            tone = 0.1 * np.sin(self.x * 3.3) * np.sin(self.y * 3.3) + 0.05 * grain + 0.08 * self._clouds(self.width / 5)
        else:
            base = np.array(((200, 60, 60), (70, 110, 170), (90, 140, 90), (120, 120, 120))[rng.integers(4)], np.float32)
            stripes = [((value / rng.uniform(9, 16)) % 1 < 0.5).astype(np.float32) for value in (self.x, self.y)]
            return (235 - (235 - base) * (stripes[0] + stripes[1])[..., None] / 2 + 5 * grain[..., None]) / 255
        return base * (1 + tone[..., None]) / 255

    def _on_sheet(self) -> np.ndarray:
        left, top, right, bottom = self.sheet
        wave = 0.5 * np.sin(self.y / 40 + 2)  # no edge is quite straight
        inside = np.minimum(np.minimum(self.x - left, right - self.x) + wave, np.minimum(self.y - top, bottom - self.y))
        return np.clip(inside / self.pixel + 0.5, 0, 1)

    def _paper(self) -> np.ndarray:
        rng, kind = self.rng, self.shot.paper
        tints = ((246, 246, 244), (240, 236, 226), (226, 224, 218), (246, 240, 214), (236, 242, 248))
        tint = np.array(tints[rng.integers(len(tints))], np.float32)
        if kind == "card":
            tint = np.array(((250, 240, 150), (246, 246, 242), (250, 200, 210), (200, 226, 240))[rng.integers(4)], np.float32)
        page = np.broadcast_to(tint / 255, (self.height, self.width, 3)) * (1 + 0.006 * self._clouds(1.5))[..., None]
        colour = np.array(((130, 160, 205), (150, 150, 156), (120, 170, 180))[rng.integers(3)], np.float32) / 255
        strength, broad = rng.uniform(0.35, 1), rng.uniform(0.2, 0.4)
        if kind == "lined":
            page = self._ruled(page, self.y, rng.choice((7, 8, 9, 10)), broad, colour, strength)
            if rng.random() < 0.6:
                page = self._ruled(page, self.x - self.sheet[0] - 25, 1e4, 0.35, np.array((0.86, 0.45, 0.5)), 0.8)
        if kind == "squared":
            pitch = rng.choice((4, 5, 5, 7, 10))
            for value in (self.x, self.y):
                page = self._ruled(page, value, pitch, broad, colour, strength)
        return page

    def _ruled(self, page, value, pitch: float, broad: float, colour, strength: float) -> np.ndarray:
        """The page with lines printed at multiples of a pitch."""
        value = value - (0 if pitch > 1e3 else self.rng.uniform(0, pitch))
        away = np.abs((value + pitch / 2) % pitch - pitch / 2)
        line = np.clip((broad / 2 - away) / self.pixel + 0.5, 0, min(1, broad / self.pixel)) * strength
        return page * (1 - line[..., None] * (1 - colour))

    def _colour(self) -> np.ndarray:
        colours = COLOURS[self.shot.pen]
        return np.array(colours[self.rng.integers(len(colours))], np.float32) / 255 * self.rng.uniform(0.9, 1.15)

    def _ink(self) -> np.ndarray:
        """How much ink lies where, 0 to 1; of a pencil, the brightness that it leaves."""
        rng, pen = self.rng, self.shot.pen
        low, high = WIDTHS[pen]
        longest = self.extent.max()
        width = min(rng.uniform(low, high), 0.14 * longest)
        over = 3  # times finer
        corners = np.array([_through(self.project, *point) for stroke in self.strokes for point in stroke])
        pad = 3 * width / self.pixel + 4
        left, top = np.floor(np.maximum(corners.min(axis=0) - pad, 0)).astype(int)
        right, bottom = np.ceil(np.minimum(corners.max(axis=0) + pad, (self.width, self.height))).astype(int)
        part = Image.new("L", ((right - left) * over, (bottom - top) * over))
        draw = ImageDraw.Draw(part)
        for stroke in self.strokes:
            path = np.column_stack(_through(self.project, stroke[:, 0], stroke[:, 1]))
            path = (_smooth(path, max(1.0, 0.3 * width / self.pixel)) - (left, top)) * over
            pressed = 1 + 0.18 * ndimage.gaussian_filter1d(rng.normal(0, 1, len(path)), 12, mode="nearest") * 5
            radius = np.clip(pressed, 0.6, 1.4) * width / self.pixel * over / 2
            for (x, y), r in zip(path, radius, strict=True):
                draw.ellipse((x - r, y - r, x + r, y + r), 255)
        ink = np.zeros((self.height, self.width), np.float32)
        ink[top:bottom, left:right] = np.asarray(part.resize((right - left, bottom - top), Image.Resampling.BOX)) / 255
        if pen == "pencil":  # it leaves graphite on the heights of the paper only
            rough = np.clip(0.75 + 0.45 * self._clouds(max(1.2, 0.25 / self.pixel)), 0, 1)
            return 1 - ink * rough * rng.uniform(0.5, 0.75)
        flow = 1 - (0.12 if pen == "ballpoint" else 0.05) * np.clip(self._clouds(max(1.5, 1 / self.pixel)), 0, 2)
        return ink * flow * rng.uniform(0.82, 0.98)

    def _light(self) -> np.ndarray:
        """What the light, the lens and the balance of white leave of every colour, (H, W, 3)."""
        rng, kind = self.rng, self.shot.light
        across, down = np.meshgrid(*(np.linspace(-1, 1, side, dtype=np.float32) for side in (self.width, self.height)))
        angle = float(rng.uniform(0, 2 * np.pi))
        slope = across * np.cos(angle) + down * np.sin(angle)
        shade = rng.uniform(0.72, 1.0) * (1 - rng.uniform(0.02, 0.08) * (across**2 + down**2))
        if kind == "fading":
            shade *= 1 - rng.uniform(0.25, 0.5) * np.clip((slope + 1.2) / 2.4, 0, 1)
        elif kind == "lamp":
            x, y = rng.uniform(-0.7, 0.7, 2)
            shade *= 0.55 + 0.45 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / rng.uniform(0.7, 1.6))
        elif "shadow" in kind:
            dark, edge = rng.uniform(0.45, 0.75), rng.uniform(-0.5, 0.6)
            reach = np.abs(across * np.sin(angle) - down * np.cos(angle) - rng.uniform(-0.4, 0.4))
            cast = (slope > edge + 0.1 * np.sin(3 * reach)) & (reach < rng.uniform(0.5, 2))  # of a hand, a phone, a head
            blur = rng.uniform(0.02, 0.06) if kind == "soft shadow" else rng.uniform(0.001, 0.006)
            shade *= 1 - (1 - dark) * _softened(cast.astype(np.float32), blur * self.width)
        warm = rng.normal(0, 0.06)
        return shade[..., None].astype(np.float32) * np.array((1 + warm, 1 + rng.normal(0, 0.015), 1 - warm), np.float32)

    def _fingers(self):
        """Colours and mask of each finger that holds the sheet, from where the sheet or the picture ends."""
        if not self.shot.fingers:
            return
        rng, ink = self.rng, np.concatenate(self.strokes)
        skin = np.array(SKINS[rng.integers(len(SKINS))], np.float32) / 255
        for _ in range(40):
            angle = rng.uniform(0, 2 * np.pi)
            inwards, aside = -np.array((np.cos(angle), np.sin(angle))), np.array((-np.sin(angle), np.cos(angle)))
            tip = self._end(-inwards) + inwards * rng.uniform(10, 24)
            tips = [tip + aside * 17 * number + inwards * rng.normal(0, 5) for number in range(self.shot.fingers)]
            if min(np.hypot(*(ink - one).T).min() for one in tips) > 18:
                break
        else:
            return
        for one in tips:
            radius, base = rng.uniform(7, 9), one - inwards * 150 + aside * rng.normal(0, 12)
            axis = (base - one) / np.hypot(*(base - one))
            close = self._away(one, axis, radius, COARSE)[0] < 15
            near = [np.flatnonzero(close.any(axis=side)) for side in (1, 0)]
            if not close.any():
                continue
            part = tuple(slice(max(0, 8 * side[0] - 16), 8 * side[-1] + 16) for side in near)
            away, along, beside = self._away(one, axis, radius, part)
            tone = 0.72 + 0.28 * np.sqrt(np.clip(1 - (away / radius + 1) ** 2, 0, 1))
            tone -= 0.08 * np.exp(-(((along - 28) / 2) ** 2))  # the joint
            nail = np.clip(2 * (1 - np.hypot((along - 7.5) / 6, beside / (0.62 * radius))), 0, 1)[..., None]
            colour = (skin * (1 - nail) + np.minimum(1, skin * 1.12 + (0.06, 0, 0.02)) * nail) * tone[..., None]
            yield part, colour.astype(np.float32), np.clip(0.5 - away / self.pixel, 0, 1).astype(np.float32)

    def _away(self, tip: np.ndarray, axis: np.ndarray, radius: float, part) -> tuple[np.ndarray, ...]:
        """How far outside a finger and its hand points lie, below 0 inside; how far along it, and beside its middle."""
        x, y = self.x[part] - np.float32(tip[0]), self.y[part] - np.float32(tip[1])
        along, beside = x * np.float32(axis[0]) + y * np.float32(axis[1]), y * np.float32(axis[0]) - x * np.float32(axis[1])
        broad = radius + 25 * np.clip((along - 65) / 40, 0, 1) ** 2
        return np.hypot(along - np.clip(along, radius, 200), beside) - broad, along, beside

    def _end(self, outwards: np.ndarray) -> np.ndarray:
        """Where the sheet ends, or what is seen of it, in a direction from the writing."""
        steps = np.arange(0, 500, 2.0)[:, None] * outwards
        column, row = _through(self.project, steps[:, 0], steps[:, 1])
        left, top, right, bottom = self.sheet
        seen = (column > 0) & (column < self.width) & (row > 0) & (row < self.height)
        on = (steps > (left, top)).all(axis=1) & (steps < (right, bottom)).all(axis=1)
        return steps[np.argmin(np.append(seen & on, False)[: len(steps)]) if not (seen & on).all() else -1]


def developed(seen: np.ndarray, shot: Shot, rng: np.random.Generator) -> bytes:
    """A scene (H, W, 3) as a phone keeps it: out of focus, grainy, sharpened, lying on its side where it was held so."""
    longest = max(seen.shape)
    if shot.blur == "soft":
        seen = _blurred(seen, rng.uniform(0.0008, 0.002) * longest)
    elif shot.blur == "shaken":
        seen = _shaken(seen, rng.uniform(0.002, 0.006) * longest, rng.uniform(0, np.pi))
    else:
        seen = _blurred(seen, 0.6)
    deviation, shape = rng.uniform(1, 7), seen.shape[:2]
    grain = ndimage.gaussian_filter(rng.standard_normal(shape, np.float32), 0.7) * 1.6 * deviation
    tinted = rng.standard_normal((*(side // 3 + 1 for side in shape), 3), np.float32) * deviation * 0.5
    values = seen * 255 + grain[..., None] + tinted.repeat(3, 0).repeat(3, 1)[: shape[0], : shape[1]]
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.UnsharpMask(1.5, int(rng.integers(30, 110)), 2))
    image = image.resize(shot.size, Image.Resampling.BICUBIC)  # phones remove the grain of their finest pixels, too
    exif, stream = Image.Exif(), io.BytesIO()
    if rng.random() < 0.4:  # as most phones store what is held upright
        image, exif[0x0112] = image.transpose(Image.Transpose.ROTATE_90), 6
    image.save(stream, "JPEG", quality=shot.quality, exif=exif)
    return stream.getvalue()


def _blurred(seen: np.ndarray, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(seen, (sigma, sigma, 0), truncate=3)


def _softened(mask: np.ndarray, sigma: float) -> np.ndarray:
    """A mask with soft edges; blurred at a fraction of its size where that is enough."""
    step = max(1, int(sigma / 3))
    small = ndimage.gaussian_filter(mask[::step, ::step], sigma / step)
    return np.asarray(Image.fromarray(small).resize(mask.shape[::-1], Image.Resampling.BILINEAR))


def _shaken(seen: np.ndarray, length: float, angle: float) -> np.ndarray:
    """Moved along a line while it was exposed."""
    steps = np.linspace(-0.5, 0.5, max(3, min(7, round(length))))
    moved = np.zeros_like(seen)
    for step in steps:
        moved += np.roll(seen, (round(length * step * np.sin(angle)), round(length * step * np.cos(angle))), (0, 1))
    return moved / len(steps)


def _row(digits: list[Strokes], height: float, rng: np.random.Generator) -> Strokes:
    """The strokes of digits side by side, about so high, their middle at 0."""
    placed, edge = [], 0.0
    for strokes in digits:
        points = np.concatenate(strokes)
        (width, high), low = np.ptp(points, axis=0), points.min(axis=0)
        scale = height * rng.uniform(0.9, 1.1) / max(high, 0.7 * width, 1e-6)
        drop = (height - high * scale) / 2 + rng.normal(0, 0.04) * height
        placed += [(stroke - low) * scale + (edge, drop) for stroke in strokes]
        edge += width * scale + rng.uniform(0.3, 0.6) * height
    points = np.concatenate(placed)
    return [stroke - (points.min(axis=0) + points.max(axis=0)) / 2 for stroke in placed]


def _smooth(path: np.ndarray, step: float) -> np.ndarray:
    """A path (N, 2) with points so near to each other, without the corners that a tablet's pixels leave."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, round(along[-1] / step)))
    fine = np.stack([np.interp(at, along, path[:, axis]) for axis in (0, 1)], axis=1)
    return ndimage.gaussian_filter1d(fine, 0.008 * len(fine) if len(path) > 12 else 0.1, axis=0, mode="nearest")


def _through(homography: np.ndarray, x, y) -> tuple:
    """Points through a homography, float32 where they are so."""
    a = [[float(value) for value in row] for row in homography / homography[2, 2]]
    depth = a[2][0] * x + a[2][1] * y + 1
    return (a[0][0] * x + a[0][1] * y + a[0][2]) / depth, (a[1][0] * x + a[1][1] * y + a[1][2]) / depth
