"""What can be seen on a page of a PDF: its operators are followed as they draw, and unseen text is taken out of them.

Not seen is text drawn in rendering mode 3 or 7 (which draw nothing), smaller than two points, outside the page, without
opacity, on a layer that is switched off, or white where nothing dark has been drawn. One page is an exception: a
picture of the whole page, with text in mode 3 laid over it by a scanner's OCR. Only by that text can the page be read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from ingest.formats.pdfpen import CHANGES, Pen
from ingest.formats.pdfspace import (
    IDENTITY,
    Box,
    Matrix,
    apart,
    box_of,
    matrix,
    numbers_in,
    point,
    shared,
    times,
    within,
)

SMALLEST = 2.0  # points
GLYPH = 0.5  # width of a character, as a share of its font's size
SHOWN = {b"Tj": 0, b"TJ": 0, b"'": 0, b'"': 2}  # operators that show text, and which operand it is
FILLS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}
ENDS = {b"S", b"s", b"n"}


@dataclass(slots=True)
class Sight:
    """Follows the drawing of one page. Text that is not seen is emptied where it stands in the operands."""

    box: Box
    resources: list[Any]  # those of the page, then those of the forms being drawn on it
    off: frozenset[int] = frozenset()  # numbers of the layers that are switched off
    with_layer: bool = False  # whether text that draws nothing is kept
    pen: Pen = field(default_factory=Pen)
    left_out: int = 0  # bytes of text
    layer: int = 0  # those among them that were drawn in a mode that draws nothing
    pictures: float = 0.0  # square points of the page that pictures cover
    _pens: list[Pen] = field(default_factory=list)
    _forms: list[tuple[Pen, list[Pen], int, int]] = field(default_factory=list)  # what is to be given back after each
    _bases: list[Matrix] = field(default_factory=lambda: [IDENTITY])
    _marks: list[bool] = field(default_factory=list)  # of marked parts within each other, which are switched off
    _dark: list[Box] = field(default_factory=list)
    _path: list[tuple[float, float]] = field(default_factory=list)

    @property
    def covered(self) -> float:
        """The share of the page that pictures cover."""
        left, bottom, right, top = self.box
        return self.pictures / max((right - left) * (top - bottom), 1.0)

    def before(self, operator: bytes, operands: list[Any], cm: Sequence[float], tm: Sequence[float]) -> None:
        """To be called before each operator is carried out."""
        if operator in SHOWN:
            self._show(operands, SHOWN[operator], times(matrix(tm), times(matrix(cm), self._bases[-1])))
        elif operator in CHANGES:
            self.pen = CHANGES[operator](self.pen, operands, self._resource)
        elif operator in KEPT:
            KEPT[operator](self, operands)
        elif operator in FILLS:
            self._fill()
        elif operator in ENDS:
            self._path.clear()
        elif operator in DRAWN:
            DRAWN[operator](self, operands, times(matrix(cm), self._bases[-1]))

    def after(self, operator: bytes, _operands: list[Any], _cm: Sequence[float], _tm: Sequence[float]) -> None:
        """To be called after each operator: a form has then been drawn, and leaves no trace in the state."""
        if operator == b"Do" and self._forms:
            self.pen, self._pens, depth, marks = self._forms.pop()
            del self.resources[depth:], self._bases[depth:], self._marks[marks:]

    def _show(self, operands: list[Any], place: int, at: Matrix) -> None:
        shown = operands[place] if len(operands) > place else ""
        parts = shown if isinstance(shown, list) else [shown]
        length = sum(len(part) for part in parts if isinstance(part, str | bytes))
        if not length:
            return
        unseen = any(self._marks) or self._is_unseen(length, at)
        if not self.pen.draws:
            self.layer += length
            unseen = unseen or not self.with_layer
        if unseen:
            self.left_out += length
            operands[place] = type(shown)() if isinstance(shown, list) else ""

    def _is_unseen(self, length: int, at: Matrix) -> bool:
        size = abs(self.pen.size) * hypot(at[2], at[3])
        if (self.pen.measured and size < SMALLEST) or self.pen.faint:
            return True
        start, end = point(at, 0, 0), point(at, GLYPH * length * abs(self.pen.size), 0)
        if apart(box_of([start, end]), self.box, size):
            return True
        return self.pen.white and not any(within(start, box) for box in self._dark)

    def _fill(self) -> None:
        if self._path and not self.pen.fills_white:
            self._dark.append(box_of(self._path))
        self._path.clear()

    def _draw(self, operands: list[Any], at: Matrix) -> None:
        """A picture, or a form: operators of its own, with their own resources, drawn in its own space."""
        self._forms.append((self.pen, list(self._pens), len(self.resources), len(self._marks)))
        item = self._resource("/XObject", operands[0] if operands else "")
        form = hasattr(item, "get")
        self._marks.append(form and self._is_off(item.raw_get("/OC") if "/OC" in item else None))
        if form and item.get("/Subtype") == "/Image":
            self._picture(operands, at)
        elif form:
            self.resources.append(_resolved(item.get("/Resources")) or self.resources[-1])
            self._bases.append(times(matrix(_resolved(item.get("/Matrix")) or IDENTITY), at))

    def _picture(self, _operands: list[Any], at: Matrix) -> None:
        box = box_of([point(at, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))])
        self._dark.append(box)
        self.pictures += shared(box, self.box)

    def _shade(self, _operands: list[Any], _at: Matrix) -> None:
        self._dark.append(self.box)

    def _trace(self, operands: list[Any], at: Matrix) -> None:
        numbers = numbers_in(operands)
        self._path.extend(point(at, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False))

    def _rectangle(self, operands: list[Any], at: Matrix) -> None:
        numbers = numbers_in(operands)
        if len(numbers) == 4:  # noqa: PLR2004
            x, y, width, height = numbers
            self._path.extend(point(at, x + right, y + up) for right in (0, width) for up in (0, height))

    def _save(self, _operands: list[Any]) -> None:
        self._pens.append(self.pen)

    def _restore(self, _operands: list[Any]) -> None:
        self.pen = self._pens.pop() if self._pens else self.pen

    def _begin(self, operands: list[Any]) -> None:
        layer = len(operands) > 1 and operands[0] == "/OC"
        self._marks.append(layer and self._is_off(self._named("/Properties", operands[1])))

    def _end(self, _operands: list[Any]) -> None:
        begun_around = self._forms[-1][3] + 1 if self._forms else 0
        if len(self._marks) > begun_around:  # a form does not end what was begun around it
            self._marks.pop()

    def _is_off(self, layer: Any) -> bool:
        return getattr(layer, "idnum", None) in self.off

    def _resource(self, kind: str, name: object) -> Any:
        return _resolved(self._named(kind, name))

    def _named(self, kind: str, name: object) -> Any:
        """What a name stands for: the thing itself, or a reference to it."""
        held: Any = _resolved(self.resources[-1].get(kind)) if hasattr(self.resources[-1], "get") else None
        return held.raw_get(str(name)) if hasattr(held, "raw_get") and str(name) in held else None


# Operators that keep something, or give back what was kept; and those that draw.
KEPT: dict[bytes, Callable[[Sight, list[Any]], None]] = {
    b"q": Sight._save, b"Q": Sight._restore, b"BDC": Sight._begin, b"BMC": Sight._begin, b"EMC": Sight._end,
}  # fmt: skip
DRAWN: dict[bytes, Callable[[Sight, list[Any], Matrix], None]] = {
    b"Do": Sight._draw, b"INLINE IMAGE": Sight._picture, b"sh": Sight._shade, b"re": Sight._rectangle,
    b"m": Sight._trace, b"l": Sight._trace, b"c": Sight._trace, b"v": Sight._trace, b"y": Sight._trace,
}  # fmt: skip


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value
