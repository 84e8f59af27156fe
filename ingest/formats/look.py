"""How the text of an element looks, as far as that decides whether it can be seen. Pure."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.formats.colour import FAINT, WHITE, Colour, colour_of, same
from ingest.formats.stylesheet import Style

SMALLEST = 2.0  # CSS pixels; print on the back of a cheque has about 3
FAR = 100.0  # CSS pixels; text moved further than this beyond an edge is moved out of sight
BEYOND = 3000.0  # CSS pixels to the right or down; wider than screens are
FONT = 16.0  # CSS pixels of text that nothing is said of

PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": FONT, "vw": 13.0,
          "vh": 8.0, "vmin": 8.0, "vmax": 13.0}  # fmt: skip
OF_FONT = {"em": 1.0, "ex": 0.5, "ch": 0.5, "%": 0.01}
SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": FONT, "large": 18.0, "x-large": 24.0,
         "xx-large": 32.0}  # fmt: skip
LENGTH = re.compile(
    r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)(px|p[tc]|in|[cm]m|r?em|ex|ch|v[wh]|vmin|vmax|%|)(?![\w%])"
)
SHIFT = re.compile(r"translate(?:3d|x|y)?\(([^()]*)\)")
NOTHING = re.compile(r"scale(?:3d|x|y)?\(\s*0*(?:\.0+)?\s*[,)]|matrix\(\s*0\s*,\s*0\s*,\s*0\s*,\s*0\s*,")
CLIPPED = re.compile(r"rect\((?:\s*[01](?:px)?\s*[, ]?){4}\)")
CLIPPED_PATH = re.compile(r"inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0|polygon\((?:0[a-z%]* 0[a-z%]*(?:, ?|\)))+")
OVERFLOW = ("overflow", "overflow-x", "overflow-y")
PAGE_WIDTH = 1000.0  # CSS pixels, of which percentages are taken
EDGES = ("left", "top", "right", "bottom", "margin-left", "margin-top")


@dataclass(frozen=True, slots=True)
class Look:
    """What text inherits. A colour is None where none was stated, or what was cannot be told."""

    font: float = FONT
    ink: Colour | None = None
    alpha: float = 1.0
    paper: Colour | None = WHITE
    hidden: bool = False

    @property
    def unseen(self) -> bool:
        if self.hidden or self.font < SMALLEST:
            return True
        if self.ink is None:
            return False
        return self.alpha < FAINT or (self.paper is not None and same(self.ink, self.paper))


def under(look: Look, style: Style) -> Look:
    """How text looks in an element with a style, within text that looks so."""
    if not style:
        return look
    ink, alpha = _ink(look, style)
    return replace(
        look, font=_font(look.font, style), ink=ink, alpha=alpha, paper=_paper(look.paper, style),
        hidden=_hidden(look.hidden, style),
    )  # fmt: skip


def shown_by_script(look: Look) -> Look:
    """The look of what holds the whole page, which is unseen only until a script of the page has run."""
    return replace(look, hidden=False, font=max(look.font, FONT), ink=None) if look.unseen else look


def is_gone(style: Style) -> bool:
    """Whether an element, with all that is in it, cannot be seen."""
    return bool(style) and (
        style.get("display", "").startswith("none")
        or style.get("content-visibility") == "hidden"
        or _faint(style)
        or _off_screen(style)
        or _cut_away(style)
    )


def _hidden(above: bool, style: Style) -> bool:
    visibility = style.get("visibility", "inherit")
    return visibility in ("hidden", "collapse") if visibility in ("hidden", "collapse", "visible") else above


def _font(above: float, style: Style) -> float:
    value = style.get("font-size") or style.get("font", "")
    if value in SIZES:
        return SIZES[value]
    found = LENGTH.search(value.split("/")[0]) if "font-size" in style else _size_in(value)
    return _pixels(found, above, above) if found else above


def _size_in(font: str) -> re.Match[str] | None:
    """The size in "italic 700 12px/1.5 serif": the last length before the family, and not the weight."""
    sizes = [match for match in LENGTH.finditer(font.split("/", maxsplit=1)[0]) if match[2] or float(match[1]) == 0]
    return sizes[-1] if sizes else None


def _ink(look: Look, style: Style) -> tuple[Colour | None, float]:
    value = style.get("-webkit-text-fill-color") or style.get("color", "")
    if not value or value == "inherit":
        return look.ink, look.alpha
    if "text" in (style.get("background-clip"), style.get("-webkit-background-clip")):
        return None, 1.0  # letters cut out of a picture
    return colour_of(value) or (None, 1.0)


def _paper(above: Colour | None, style: Style) -> Colour | None:
    value = " ".join(style.get(name, "") for name in ("background", "background-color", "background-image")).strip()
    if not value or value in ("none", "transparent", "inherit"):
        return above
    if "(" in re.sub(r"\b(?:rgb|hsl)a?\([^()]*\)", "", value) or "." in style.get("background-image", ""):
        return None  # a picture, a gradient, a variable
    found = [colour for word in re.findall(r"(?:rgb|hsl)a?\([^()]*\)|[#\w-]+", value) if (colour := colour_of(word))]
    if not found or found[-1][1] < FAINT:
        return above
    return found[-1][0] if found[-1][1] > 1 - FAINT else None


def _faint(style: Style) -> bool:
    value = style.get("opacity") or next(iter(re.findall(r"opacity\(([^()]*)\)", style.get("filter", ""))), "")
    match = LENGTH.match(value)
    return match is not None and float(match[1]) < FAINT * (100 if match[2] == "%" else 1)


def _off_screen(style: Style) -> bool:
    indent = _length(style.get("text-indent", ""))
    moved = style.get("position", "absolute") in ("absolute", "fixed", "relative")
    places = [_length(style.get(name, "")) for name in EDGES] if moved else []
    shifts = [match[1] for match in SHIFT.finditer(style.get("transform", ""))] + [style.get("translate", "")]
    places += [_length(part) for shift in shifts for part in re.split(r"[, ]+", shift)]
    return (abs(indent) >= FAR and not 0 <= indent < BEYOND) or any(not -FAR < place < BEYOND for place in places)


def _cut_away(style: Style) -> bool:
    if NOTHING.search(style.get("transform", "")) or re.match(r"0(?:\s|$)", style.get("scale", "")):
        return True
    if CLIPPED.search(style.get("clip", "")) or CLIPPED_PATH.search(style.get("clip-path", "")):
        return True
    cut = any(style.get(name, "").startswith(("hidden", "clip")) for name in OVERFLOW)
    sizes = [LENGTH.fullmatch(style.get(name, "")) for name in ("width", "height", "max-width", "max-height")]
    return cut and any(size is not None and _pixels(size, FONT, PAGE_WIDTH) <= 1 for size in sizes)


@lru_cache(maxsize=4096)
def _length(value: str) -> float:
    """A length in pixels, 0 where there is none; a percentage is of the page's width."""
    match = LENGTH.fullmatch(value)
    return _pixels(match, FONT, PAGE_WIDTH) if match else 0.0


def _pixels(match: re.Match[str], font: float, whole: float) -> float:
    number, unit = float(match[1]), match[2]
    if unit == "%":
        return number / 100 * whole
    return number * (OF_FONT[unit] * font if unit in OF_FONT else PIXELS[unit])
