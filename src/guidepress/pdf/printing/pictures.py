"""Pictures and gradients in inks."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from guidepress.pdf.printing.content import ColourError
from guidepress.pdf.printing.inks import Inks, Process, Spot


def separate_picture(image: Any, inks: Inks) -> None:
    """Turn an image XObject of a screen's colours into one of inks; its soft mask stays. Raises ColourError."""
    if image.get("/ImageMask", False):
        return
    space = image.get("/ColorSpace")
    if isinstance(space, Name) and space == Name.DeviceCMYK:
        return
    try:
        picture = pikepdf.PdfImage(image).as_pil_image()
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError) as problem:
        raise ColourError(f"a picture that cannot be taken apart ({problem})") from problem
    if picture.mode not in ("1", "L", "P", "RGB"):
        raise ColourError(f"a picture of the kind {picture.mode}")
    separated = inks.picture(picture)
    mask = image.get("/SMask")
    kept = {key: image.get(key) for key in ("/Interpolate",) if key in image}
    image.write(separated.tobytes())
    for key in list(image.keys()):
        if key not in ("/Type", "/Subtype", "/Width", "/Height", "/Length", "/SMask", *kept):
            del image[key]
    image.ColorSpace = Name.DeviceCMYK if separated.mode == "CMYK" else Name.DeviceGray
    image.BitsPerComponent = 8
    if mask is not None:
        image.SMask = mask


def grey_mask(group: Any) -> None:
    """Give a mask shades of grey, of which it is read by its luminosity anyway. Raises ColourError."""
    resources = group.get("/Resources", Dictionary())
    written: list[tuple[Any, str]] = []
    for instruction in pikepdf.parse_content_stream(group):
        values, operator = list(instruction.operands), str(instruction.operator)
        match operator:
            case "rg" | "RG":
                written.append(((_shade(values),), "g" if operator == "rg" else "G"))
                continue
            case "sh":
                _grey_shading(resources.Shading[str(values[0])])
            case "Do" | "INLINE IMAGE" | "k" | "K" | "scn" | "SCN":
                raise ColourError("a mask that is a picture")
        written.append((values, operator))
    group.write(pikepdf.unparse_content_stream(written))  # type: ignore[arg-type]
    if "/CS" in group.get("/Group", Dictionary()):
        group.Group.CS = Name.DeviceGray


def _grey_shading(shading: Any) -> None:
    if shading.ColorSpace == Name.DeviceGray:
        return
    if shading.ColorSpace != Name.DeviceRGB or isinstance(shading.Function, Array):
        raise ColourError("a mask of colours")
    todo = [shading.Function]
    while todo:
        function = todo.pop()
        todo += list(function.get("/Functions", ()))
        for key in ("/C0", "/C1"):
            if len(function.get(key, ())) == 3:
                function[key] = Array([_shade(function[key])])
        if int(function.FunctionType) not in (2, 3):
            raise ColourError("a mask of colours")
    shading.ColorSpace = Name.DeviceGray


def _shade(colour: Any) -> float:
    """How light a mask takes a colour for (ISO 32000-1, 10.3.2)."""
    red, green, blue = (float(value) for value in colour)
    return round(0.3 * red + 0.59 * green + 0.11 * blue, 4)


def separate_shading(shading: Any, inks: Inks) -> None:
    """Turn a gradient between colours of a screen into one between inks. Raises ColourError."""
    space = shading.get("/ColorSpace")
    if space in (Name.DeviceGray, Name.DeviceCMYK):
        return
    if space != Name.DeviceRGB:
        raise ColourError("a gradient in a colour space other than sRGB")
    if isinstance(shading.Function, Array):
        raise ColourError("a gradient with a function for each colour")
    _separate_function(shading.Function, inks)
    shading.ColorSpace = Name.DeviceCMYK
    if "/Background" in shading:
        shading.Background = Array(list(_shares(shading.Background, inks)))


def _separate_function(function: Any, inks: Inks) -> None:
    match int(function.FunctionType):
        case 2:
            for key in ("/C0", "/C1"):
                if len(function.get(key, ())) == 3:
                    function[key] = Array(list(_shares(function[key], inks)))
        case 3:
            for part in function.Functions:
                _separate_function(part, inks)
        case other:
            raise ColourError(f"a gradient by a function of type {other}")
    if "/Range" in function:
        function.Range = Array([0, 1] * 4)


def _shares(colour: Any, inks: Inks) -> tuple[float, float, float, float]:
    red, green, blue = (float(value) for value in colour)
    ink = inks.of((red, green, blue))
    if isinstance(ink, Spot):
        # Between an ink and another colour there is no way but through process inks.
        return ink.equivalent.shares
    assert isinstance(ink, Process)
    return ink.shares
