"""With what text on a page of a PDF is drawn, as far as that decides whether it can be seen. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.formats.colour import FAINT, WHITE, Colour, same
from ingest.formats.pdfspace import numbers_in

Resource = Callable[[str, object], Any]  # what the page calls so: its kind ("/Font") and its name ("/F1")

BLACK: Colour = (0.0, 0.0, 0.0)
DRAWS_NOTHING = {3, 7}
ONLY_FILLS = {0, 4}
DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
PLAIN_SPACES = {*DEVICES.values(), "/CalGray", "/CalRGB", "/ICCBased"}


@dataclass(frozen=True, slots=True)
class Pen:
    """The part of the graphics state that tells. A colour is None if it cannot be told."""

    mode: int = 0
    size: float = 12.0
    measured: bool = True  # a font whose size says how large it is; glyphs of type 3 have a scale of their own
    space: str = "/DeviceGray"
    colour: Colour | None = BLACK
    alpha: float = 1.0

    @property
    def draws(self) -> bool:
        return self.mode not in DRAWS_NOTHING

    @property
    def faint(self) -> bool:
        return self.alpha < FAINT

    @property
    def white(self) -> bool:
        """Whether it fills with white and draws no outline around it."""
        return self.mode in ONLY_FILLS and self.fills_white

    @property
    def fills_white(self) -> bool:
        return self.colour is not None and same(self.colour, WHITE)


def _mode(pen: Pen, operands: Sequence[Any], _resource: Resource) -> Pen:
    return replace(pen, mode=int(next(iter(numbers_in(operands)), 0)))


def _font(pen: Pen, operands: Sequence[Any], resource: Resource) -> Pen:
    font = resource("/Font", operands[0] if operands else "")
    measured = not (hasattr(font, "get") and font.get("/Subtype") == "/Type3")
    return replace(pen, size=next(iter(numbers_in(operands)), pen.size), measured=measured)


def _graphics(pen: Pen, operands: Sequence[Any], resource: Resource) -> Pen:
    state = resource("/ExtGState", operands[0] if operands else "")
    alpha = numbers_in([state.get("/ca")]) if hasattr(state, "get") else []
    return replace(pen, alpha=alpha[0]) if alpha else pen


def _space(pen: Pen, operands: Sequence[Any], resource: Resource) -> Pen:
    name = str(operands[0]) if operands else ""
    found = resource("/ColorSpace", name)
    kind = str(found[0]) if isinstance(found, list) and found else str(found or name)
    return replace(pen, space=kind, colour=BLACK if kind in PLAIN_SPACES else None)


def _colour(pen: Pen, operands: Sequence[Any], _resource: Resource) -> Pen:
    return replace(pen, colour=_device_colour(operands) if pen.space in PLAIN_SPACES else None)


def _device(pen: Pen, operands: Sequence[Any], _resource: Resource) -> Pen:
    return replace(pen, space=DEVICES.get(len(operands), ""), colour=_device_colour(operands))


# The operators that change the pen, each a function of pen, operands, and what the page's names stand for.
CHANGES: dict[bytes, Callable[[Pen, Sequence[Any], Resource], Pen]] = {
    b"Tr": _mode, b"Tf": _font, b"gs": _graphics, b"cs": _space, b"sc": _colour, b"scn": _colour,
    b"g": _device, b"rg": _device, b"k": _device,
}  # fmt: skip


def _device_colour(operands: Sequence[Any]) -> Colour | None:
    """Grey, red-green-blue, or the inks of print: none of any ink is white."""
    numbers = numbers_in(operands)
    if len(numbers) != len(operands) or len(numbers) not in DEVICES:
        return None
    if len(numbers) == 4:  # noqa: PLR2004
        *inks, black = numbers
        red, green, blue = ((1 - ink) * (1 - black) for ink in inks)
        return red, green, blue
    return (numbers[0], numbers[0], numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1], numbers[2])
