"""What the style sheets in a web page, and the style attributes in it, say of an element."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cssselect2 import ElementWrapper, Matcher
    from lxml.html import HtmlElement

Style = Mapping[str, str]  # property, and its value in small letters
Declaration = tuple[str, str, bool]  # property, value, whether it is "!important"

TELLING = frozenset((
    "display", "visibility", "content-visibility", "opacity", "filter", "font", "font-size", "color",
    "-webkit-text-fill-color", "background", "background-color", "background-image", "background-clip",
    "-webkit-background-clip", "position", "left", "top", "right", "bottom", "margin-left", "margin-top", "text-indent",
    "transform", "translate", "scale", "clip", "clip-path", "overflow", "overflow-x", "overflow-y",
    "width", "height", "max-width", "max-height",
))  # fmt: skip
SCREENS = {"", "all", "screen", "only screen"}  # print and narrow screens are other readers' pages
# Attributes from the time before style sheets; a sheet overrules them.
OLD = {"color": "color", "text": "color", "bgcolor": "background-color", "background": "background-image"}
LONGEST = 300  # characters of a value; longer ones are pictures within the page, and their beginning says so
DIGITS = re.compile(rf"\d{{{LONGEST},}}")
DEEPEST = 4  # blocks of rules in each other
# Selectors by state, neighbour or attribute say how a page reacts, more than how it looks.
STATES = frozenset(":~+[")


@dataclass(frozen=True, slots=True)
class Place:
    """An element as rules know it: by its tag, id and classes, and those of the elements around it."""

    number: int
    rules: tuple[tuple[Declaration, ...], ...]


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The rules of a page that may make text unseen, by class, id and tag. Elements alike are matched once."""

    matcher: "Matcher"
    known: dict[tuple[int, str, str, str], Place] = field(default_factory=dict)

    def place(self, element: "ElementWrapper", above: int) -> Place:
        """The place of an element, `above` being the number of its parent's."""
        node = element.etree_element
        key = (above, node.tag, node.get("id") or "", node.get("class") or "")
        if key not in self.known:
            rules = tuple(declared for _, _, part, declared in self.matcher.match(element) if part is None)
            self.known[key] = Place(len(self.known) + 1, rules)
        return self.known[key]


def style_of(node: "HtmlElement", place: Place) -> Style:
    """What holds for an element: old attributes, then rules by weight, then its own style attribute."""
    rules = [*place.rules, declarations(node.get("style") or "")]
    found = {name: (node.get(old) or "").lower() for old, name in OLD.items() if node.get(old)}
    for pressing in (False, True):
        found.update((name, value) for rule in rules for name, value, important in rule if important is pressing)
    return found


def style_sheet(tree: "HtmlElement") -> StyleSheet:
    """The rules in all <style> elements of a page; files of rules that it links to are not fetched."""
    from cssselect2 import Matcher

    matcher = Matcher()
    for sheet in tree.iter("style"):
        if (sheet.get("media") or "").strip().lower() in SCREENS:
            for selector, declared in _compiled(sheet.text or ""):
                matcher.add_selector(selector, declared)
    return StyleSheet(matcher)


@lru_cache(maxsize=32)  # the pages of a newspaper share their sheets, and reading 200 kB of them takes two seconds
def _compiled(source: str) -> tuple[tuple[Any, tuple[Declaration, ...]], ...]:
    from cssselect2 import SelectorError, compile_selector_list

    found: list[tuple[Any, tuple[Declaration, ...]]] = []
    for prelude, declared in _rules(_parsed(source), DEEPEST):
        try:
            found.extend((selector, declared) for selector in compile_selector_list(prelude))
        except (SelectorError, RecursionError):
            continue
    return tuple(found)


@lru_cache(maxsize=4096)
def declarations(source: str) -> tuple[Declaration, ...]:
    """The declarations of a style attribute, or of what stands between a rule's braces.

    >>> declarations("Color: #FFF !important; margin: 0")
    (('color', '#fff', True),)
    """
    import tinycss2

    try:
        return _telling(tinycss2.parse_blocks_contents(_readable(source), skip_comments=True, skip_whitespace=True))
    except RecursionError:  # a value of a thousand brackets in each other, which no browser takes
        return ()


def _telling(nodes: list[Any]) -> tuple[Declaration, ...]:
    from tinycss2 import serialize

    return tuple(
        (node.lower_name, " ".join(serialize(node.value).lower().split())[:LONGEST], node.important)
        for node in nodes
        if node.type == "declaration" and node.lower_name in TELLING
    )


def _readable(source: str) -> str:
    """Without numbers so long that Python refuses them."""
    return DIGITS.sub(lambda match: match[0][:LONGEST], source)


def _parsed(source: str) -> list[Any]:
    import tinycss2

    nodes: list[Any] = tinycss2.parse_stylesheet(_readable(source), skip_comments=True, skip_whitespace=True)
    return nodes


def _rules(nodes: list[Any], depth: int) -> Iterator[tuple[list[Any], tuple[Declaration, ...]]]:
    """Rules and what they declare, also those in @media blocks that hold for any screen, and in @supports."""
    import tinycss2

    for node in nodes:
        if node.type == "qualified-rule":
            declared = _declared(node)
            if declared:
                yield node.prelude, declared
        elif node.type == "at-rule" and node.content is not None and depth and _holds(node):
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inner, depth - 1)


def _declared(rule: Any) -> tuple[Declaration, ...]:
    import tinycss2

    try:
        plain = not STATES & set(tinycss2.serialize(rule.prelude))
        return _telling(tinycss2.parse_blocks_contents(rule.content)) if plain else ()
    except RecursionError:
        return ()


def _holds(rule: Any) -> bool:
    from tinycss2 import serialize

    condition = serialize(rule.prelude).strip().lower()
    return (rule.lower_at_keyword == "media" and condition in SCREENS) or rule.lower_at_keyword in ("supports", "layer")
