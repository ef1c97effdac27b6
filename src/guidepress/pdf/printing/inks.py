"""What a colour is printed with: inks of the press in place of the red, green and blue of a screen."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from PIL import Image, ImageCms

from guidepress.pdf.colour import srgb

RGB = tuple[float, float, float]

# Letters from this size on may be made of several inks, or of dots: below, plates that do not register to a tenth of a
# millimetre blur them, and a screen of 60 lines a centimetre frays their edges. Points.
LARGE = 14.0
# Text lighter than this (CIE L*) stands out from paper by less than 3:1: it stands on a dark ground, or is not there to
# be read, as leaders are.
LIGHT = 61.0
# Channels that differ by less than this are a grey.
_GREY = 2.5 / 255


@dataclass(frozen=True, slots=True)
class Process:
    """Shares of cyan, magenta, yellow and black, 0 to 1."""

    cyan: float = 0.0
    magenta: float = 0.0
    yellow: float = 0.0
    black: float = 0.0

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """All four, in the order of DeviceCMYK."""
        return self.cyan, self.magenta, self.yellow, self.black


@dataclass(frozen=True, slots=True)
class Spot:
    """An ink that is mixed for the job: its name, and the process inks that stand for it where it has no plate."""

    name: str
    equivalent: Process
    tint: float = 1.0


Ink = Process | Spot
BLACK = Process(black=1.0)
NONE = Process()


def is_solid(ink: Ink) -> bool:
    """Whether one ink is printed at its full strength: no screen, nothing to register."""
    shares = (ink.tint,) if isinstance(ink, Spot) else tuple(s for s in ink.shares if s)
    return shares in ((1.0,), ())


class Inks:
    """The inks of one press, by the ICC profile of its paper.

    `named` says what colours (#rrggbb) are printed with; None stands for black alone, in a tint as light as the colour.
    A colour that is not named is separated by the profile, but for greys, which are black. With `black_only` that is
    all that is printed.
    """

    def __init__(
        self, profile: bytes, named: Mapping[str, Ink | None], *, black_only: bool = False
    ) -> None:
        self.black_only = black_only
        self._profile = profile
        self._named = {tuple(_channels(colour)): ink for colour, ink in named.items()}
        self._known: dict[RGB, Ink] = {}

    def of(self, colour: RGB) -> Ink:
        """What an area of a colour is printed with."""
        if (ink := self._known.get(colour)) is None:
            ink = self._known[colour] = self._found(colour)
        return ink

    def of_text(self, colour: RGB, size: float) -> Ink:
        """What letters of `size` pt are printed with: small ones to be read in one solid ink, black if need be."""
        ink = self.of(colour)
        if size >= LARGE or is_solid(ink) or lightness(colour) > LIGHT:
            return ink
        return BLACK

    def picture(self, image: Image.Image) -> Image.Image:
        """A picture in the inks: of mode `CMYK`, or `L` (black, reversed as DeviceGray is) where it has no colour."""
        if image.mode not in ("L", "1"):
            image = image.convert("RGB")
        if image.mode != "RGB" or self.black_only or _is_grey(image):
            return self._grey(image.convert("L"))
        separated = ImageCms.applyTransform(image, self._separation)
        assert separated is not None
        return separated

    def black(self, light: float) -> float:
        """The tint of black that is as light as a CIE L*, 0 to 1."""
        ramp = self._ramp
        for step, (lighter, darker) in enumerate(pairwise(ramp)):
            if light >= darker:
                between = (lighter - light) / (lighter - darker) if lighter > darker else 0.0
                return round((step + max(0.0, between)) / 255, 3)
        return 1.0

    def _found(self, colour: RGB) -> Ink:
        key = tuple(round(c * 255) for c in colour)
        if key in self._named and not self.black_only:
            ink = self._named[key]
            if ink is not None:
                return ink
        elif not self.black_only and max(colour) - min(colour) > _GREY:
            pixel = Image.new("RGB", (1, 1), key)
            separated = ImageCms.applyTransform(pixel, self._separation)
            assert separated is not None
            shares = separated.getpixel((0, 0))
            assert isinstance(shares, tuple)
            return Process(*(round(share / 255, 3) for share in shares))
        if isinstance(named := self._named.get(key), Process) and named == BLACK:
            return BLACK
        return Process(black=self.black(lightness(colour)))

    def _grey(self, image: Image.Image) -> Image.Image:
        table = [round(255 * (1 - self.black(lightness((v / 255,) * 3)))) for v in range(256)]
        return image.point(table)

    @cached_property
    def _press(self) -> ImageCms.ImageCmsProfile:
        return ImageCms.ImageCmsProfile(io.BytesIO(self._profile))

    @cached_property
    def _separation(self) -> ImageCms.ImageCmsTransform:
        screen = ImageCms.ImageCmsProfile(io.BytesIO(srgb()))
        return ImageCms.buildTransform(
            screen,
            self._press,
            "RGB",
            "CMYK",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )

    @cached_property
    def _ramp(self) -> list[float]:
        """CIE L* of black in 256 tints, from paper on."""
        tints = Image.new("CMYK", (256, 1))
        tints.putdata([(0, 0, 0, tint) for tint in range(256)])
        lab = ImageCms.createProfile("LAB")
        reading = ImageCms.buildTransform(
            self._press, lab, "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
        read = ImageCms.applyTransform(tints, reading)
        assert read is not None
        return [value * 100 / 255 for value in read.getchannel("L").tobytes()]


def lightness(colour: RGB) -> float:
    """CIE L* of an sRGB colour (IEC 61966-2-1; CIE 15, 8.2.1.1)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _is_grey(image: Image.Image) -> bool:
    """Whether no pixel of an RGB picture has a colour."""
    from PIL import ImageChops

    red, green, blue = image.split()
    most = 255 * _GREY
    for one, other in ((red, green), (green, blue)):
        high = ImageChops.difference(one, other).getextrema()[1]
        assert isinstance(high, (int, float))
        if high > most:
            return False
    return True
