r"""Formulas as drawings: TeX in, SVG in em out. Importing this package loads no engine.

`Drawings` gives what a formula looks like, or says what is wrong with it; `check` does the latter for all formulas of
a guide; `pictures` puts the drawings into HTML. Only `engine` knows ziamath.
"""

from guidepress.maths.drawing import LEAST_SCALE, Drawing, Invalid
from guidepress.maths.drawings import Drawings, check
from guidepress.maths.pictures import formulas, picture, pictured, widths

__all__ = [
    "LEAST_SCALE",
    "Drawing",
    "Drawings",
    "Invalid",
    "check",
    "formulas",
    "picture",
    "pictured",
    "widths",
]
