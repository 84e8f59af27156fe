"""How runs of a Word document look, as far as it decides whether anybody sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.formats.colour import WHITE, colour_of, same

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SMALLEST = 4  # half-points: text of less than 2 pt is a line of dust
DEEPEST = 20  # styles based on styles; Word allows 10
OFF = {"0", "false", "off", "none"}

Look = Mapping[str, Any]  # "hidden", "colour", "size" (half-points), "ground": whether something dark may lie behind


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks that the styles of a document give, by the style's id; `usual` holds where none is named."""

    usual: Look
    styles: Mapping[str, Look]

    def unseen(self, run: Any, paragraph: Any, *, ground: bool) -> bool:
        """Whether a run is hidden, too small to be seen, or white where the page is white."""
        look = {
            **self.usual,
            **self._of(paragraph.find(f"{W}pPr"), "pStyle"),
            **self._of(run.find(f"{W}rPr"), "rStyle"),
        }
        if look.get("hidden") or look.get("size", SMALLEST) < SMALLEST:
            return True
        return _is_white(look.get("colour", "")) and not (ground or look.get("ground"))

    def _of(self, properties: Any, style: str) -> Look:
        """What properties say themselves, over what the style says that they name."""
        if properties is None:
            return {}
        return {**self.styles.get(_value(properties, style), {}), **_said(properties)}


def looks_of(styles: Any) -> Looks:
    """The looks in the part of a document that lists its styles."""
    listed = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    usual = next((style for style in listed.values() if _is_usual(style)), None)
    defaults = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    base = {**_said(defaults), **(_inherited(usual, listed) if usual is not None else {})}
    return Looks(base, {name: _inherited(style, listed) for name, style in listed.items()})


def is_ground(properties: Any) -> bool:
    """Whether a paragraph, a run or a cell has a colour behind it on which white can be read."""
    if properties is None:
        return False
    shade, marker = properties.find(f"{W}shd"), _value(properties, "highlight")
    fill = shade.get(f"{W}fill", "auto") if shade is not None else "auto"
    return (fill != "auto" and not _is_white(fill)) or marker not in ("", "none", "white")


def _is_usual(style: Any) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default", "0") not in OFF


def _inherited(style: Any, listed: Mapping[str, Any]) -> Look:
    chain: list[Look] = []
    while style is not None and len(chain) < DEEPEST:
        chain.append({**_said(style.find(f"{W}pPr")), **_said(style.find(f"{W}rPr"))})
        style = listed.get(_value(style, "basedOn"))
    return {name: value for look in reversed(chain) for name, value in look.items()}


def _said(properties: Any) -> Look:
    if properties is None:
        return {}
    look: dict[str, Any] = {}
    if (vanish := properties.find(f"{W}vanish")) is not None:
        look["hidden"] = vanish.get(f"{W}val", "1") not in OFF
    if colour := _value(properties, "color"):
        look["colour"] = colour
    if (size := _value(properties, "sz")).isdecimal():
        look["size"] = int(size)
    if is_ground(properties):
        look["ground"] = True
    return look


def _value(properties: Any, name: str) -> str:
    found = properties.find(f"{W}{name}")
    return found.get(f"{W}val", "") if found is not None else ""


def _is_white(colour: str) -> bool:
    found = colour_of(f"#{colour}") if len(colour) == 6 else None  # noqa: PLR2004  hex digits; "auto" is black
    return found is not None and same(found[0], WHITE)
