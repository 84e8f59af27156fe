"""The colours of the page: text can be read on every ground that it may stand on."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

STYLE = (Path(__file__).parent.parent / "web" / "page.css").read_text(encoding="utf-8")
TEXTS = ("ink", "quiet", "accent", "partly", "wrong")
GROUNDS = ("paper", "side", "card", "line", "accent-soft", "partly-soft", "wrong-soft")
AA, AA_EDGES = 4.5, 3  # what WCAG asks for at level AA: of text, and of the edges of what is used


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_every_ground(scheme: str) -> None:
    colours = _colours(scheme)
    pairs = [*product(TEXTS, GROUNDS), ("mark-ink", "mark"), ("ink", "mark"), ("paper", "accent")]
    poor = [(text, ground) for text, ground in pairs if _contrast(colours[text], colours[ground]) < AA]
    assert poor == []
    assert all(_contrast(colours["edge"], colours[ground]) >= AA_EDGES for ground in ("paper", "side", "card"))


def test_contrast_is_reckoned_as_in_the_standard() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def _colours(scheme: str) -> dict[str, str]:
    """The variables of the style sheet; what the dark page does not change it takes over."""
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", _block(name))) for name in (":root", ".dark"))
    return light | dark if scheme == "dark" else light


def _block(selector: str) -> str:
    found = re.search(re.escape(selector) + r" \{(.*?)\n\}", STYLE, re.DOTALL)
    assert found is not None
    return found.group(1)


def _contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
