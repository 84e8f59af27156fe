"""A plot of matplotlib's as an SVG element of a page: with the page's colours and letters, and no style of its own."""

from __future__ import annotations

import io
import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree
from platformdirs import user_cache_path

from evaluation.reporting.markup import Element, element

Draw = Callable[[Any], None]  # on a plot's axes

# What matplotlib is told to draw with, and what stands in the page instead, so that it follows light and dark.
INK, QUIET, LINE, PAPER, FIRST, SECOND = "#20242a", "#5a6069", "#e2dfd7", "#ffffff", "#0b5d56", "#835500"
COLOURS = {
    INK: "currentColor",
    QUIET: "var(--quiet)",
    LINE: "var(--line)",
    PAPER: "var(--card)",
    FIRST: "var(--accent)",
    SECOND: "var(--partly)",
}
WIDTH_IN = 3.75  # 360 CSS pixels: as wide as a telephone's page, so that letters keep their size there
_TARGETS = re.compile(r"#([\w-]+)")
KEPT = {"font-size", "text-anchor"}  # of a text's style; its family is the page's
SETTINGS = {
    "svg.fonttype": "none",  # letters, not outlines: they can be read aloud, found and copied
    "text.parse_math": False,  # a dollar sign in an outlet's name is a dollar sign
    "font.size": 8.5,
    "axes.edgecolor": LINE,
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "text.color": INK,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "legend.frameon": False,
}


def drawn(name: str, draw: Draw, height_in: float, label: str) -> Element:
    """What `draw` draws; `name` is the plot's own, and stands in its ids; `label` says in words what it shows."""
    with _matplotlib(name):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
        draw(figure.subplots())
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return _inlined(file.getvalue(), name, label)


@contextmanager
def _matplotlib(salt: str) -> Iterator[None]:
    """Matplotlib with our settings alone, whatever the user's are; the same ids in every run, others in each plot."""
    os.environ.setdefault("MPLCONFIGDIR", str(user_cache_path("vouch") / "matplotlib"))
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it may not write a cache, it only takes longer
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that its own font lacks are drawn by the page's
        mpl.rcdefaults()
        mpl.rcParams.update({**SETTINGS, "svg.hashsalt": salt})
        yield


def _inlined(svg: bytes, name: str, label: str) -> Element:
    """The drawing as an element of a page: no namespaces, no style, no ids but those that it points to itself."""
    root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True))
    etree.strip_elements(root, "{*}metadata", "{*}style", "{*}title", with_tail=False)
    pointed = {target for node in root.iter("*") for value in node.values() for target in _TARGETS.findall(value)}
    width, height = root.get("viewBox").split()[2:]
    made = element("svg", viewBox=root.get("viewBox"), class_=f"plot {name}", role="img", aria_label=label)
    made.set("width", width)
    made.set("height", height)
    made.extend(_bare(child, name, pointed) for child in root.iterchildren("*"))
    return made


def _bare(node: Element, name: str, pointed: set[str]) -> Element:
    made = element(etree.QName(node).localname)
    made.text = node.text
    for key, value in node.items():
        attribute = etree.QName(key).localname
        if attribute == "style":
            _styled(made, value)
        elif attribute != "id":
            made.set(attribute, " ".join(value.replace("url(#", f"url(#{name}-").split()))
        elif value in pointed:
            made.set("id", f"{name}-{value}")
    if (target := made.get("href", "")).startswith("#"):
        made.set("href", f"#{name}-{target[1:]}")
    made.extend(_bare(child, name, pointed) for child in node.iterchildren("*"))
    return made


def _styled(made: Element, style: str) -> None:
    """A style as attributes: a page whose policy allows no style on elements still shows them."""
    for rule in filter(None, style.split(";")):
        key, value = (part.strip() for part in rule.split(":", 1))
        if made.tag != "text" or key in KEPT or value in COLOURS:
            made.set(key, COLOURS.get(value, value))
