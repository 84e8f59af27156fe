"""Colours as web pages and PDFs give them, and whether one can be told from another. Pure."""

from functools import lru_cache

Colour = tuple[float, float, float]  # red, green, blue from 0 to 1

WHITE: Colour = (1.0, 1.0, 1.0)
FAINT = 0.05  # alpha and opacity below which nothing is seen
CLOSE = 0.08  # of red, green and blue each: 20 of 255. #ececec on white has a contrast of 1.2; readable text has 4.5
SPACES = {"srgb", "hsl", "hwb"}


@lru_cache(maxsize=4096)
def colour_of(value: str) -> tuple[Colour, float] | None:
    """A colour and its alpha; None for what is no plain colour, such as "inherit" or a variable.

    >>> colour_of("#fff"), colour_of("transparent"), colour_of("var(--ink)")
    (((1.0, 1.0, 1.0), 1.0), ((0.0, 0.0, 0.0), 0.0), None)
    """
    from tinycss2 import color4

    try:
        found = color4.parse_color(value)
    except (ValueError, TypeError, IndexError):  # "color()"
        return None
    if found is None or isinstance(found, str) or found.space not in SPACES:
        return None
    red, green, blue = (min(max(part or 0.0, 0.0), 1.0) for part in found.to("srgb").coordinates)
    return (red, green, blue), found.alpha


def same(one: Colour, other: Colour) -> bool:
    """Whether text of the one colour cannot be seen on the other.

    >>> same((1.0, 1.0, 1.0), (0.98, 0.98, 0.98)), same((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    (True, False)
    """
    return all(abs(first - second) < CLOSE for first, second in zip(one, other, strict=True))
