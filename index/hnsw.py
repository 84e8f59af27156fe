"""The files in which Chroma keeps the graph of its vectors: do they hold together?

Chroma writes them in place and without a sync. Opened when they are torn they may crash the process much later, or
make it write without end: an emptied link_lists.bin passed every search, and the next save filled the disk.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

LAYOUT = 1  # the one that is known here; of another nothing is said
_HEADER = struct.Struct("<iQQQQQQiIQQQdQ")
_COUNT = np.dtype("<u2")  # of an element's neighbours; two bytes of marks follow
_LINK = np.dtype("<u4")
_HEAD = 4  # bytes before the neighbours of an element


@dataclass(frozen=True, slots=True)
class Header:
    """header.bin: how many elements there are, how many bytes each takes, where the search enters."""

    layout: int
    offset: int
    capacity: int
    elements: int
    element_size: int
    label_offset: int
    data_offset: int
    top_layer: int
    entry: int
    links: int  # of an element, at most, in the layers above the base
    base_links: int
    wanted_links: int
    level_factor: float
    effort: int

    @property
    def sound(self) -> bool:
        sizes = self.data_offset == _HEAD + _LINK.itemsize * self.base_links and self.element_size > self.data_offset
        return sizes and self.elements <= self.capacity and (not self.elements or self.entry < self.elements)


def torn(segment: Path) -> str:
    """What is wrong with the files of one graph, or "". Vectors are not looked at."""
    try:
        header = Header(*_HEADER.unpack((segment / "header.bin").read_bytes()))
        if header.layout != LAYOUT or not header.elements:
            return ""
        if not header.sound:
            return "header.bin contradicts itself"
        return _base_layer(segment / "data_level0.bin", header) or _upper_layers(segment / "link_lists.bin", header)
    except (OSError, struct.error) as exc:
        return f"the files of its graph cannot be read: {exc}"


def _base_layer(file: Path, header: Header) -> str:
    data = np.fromfile(file, dtype=np.uint8, count=header.elements * header.element_size)
    if len(data) < header.elements * header.element_size:
        return f"{file.name} is cut short"
    elements = data.reshape(header.elements, header.element_size)
    return "" if _sound_links(elements[:, : header.data_offset], header) else f"{file.name} links to nowhere"


def _upper_layers(file: Path, header: Header) -> str:
    """For each element the size of its links in bytes, then for each layer that it is in its links."""
    data, width = file.read_bytes(), _HEAD + _LINK.itemsize * header.links
    place = 0
    layers: list[float] = []
    lists: list[bytes] = []
    while len(layers) < header.elements and place + 4 <= len(data):
        size = int.from_bytes(data[place : place + 4], "little")
        lists.append(data[place + 4 : place + 4 + size])
        layers.append(size / width)
        place += 4 + size
    if (len(layers), place) != (header.elements, len(data)):
        return f"{file.name} is cut short"
    if layers[header.entry] != header.top_layer or not all(layer.is_integer() for layer in layers):
        return f"{file.name} does not fit header.bin"
    rows = np.frombuffer(b"".join(lists), dtype=np.uint8).reshape(-1, width)
    return "" if _sound_links(rows, header) else f"{file.name} links to nowhere"


def _sound_links(rows: Any, header: Header) -> bool:
    """Whether every link leads to an element. A row is a count, marks, and room for links."""
    counts = np.ascontiguousarray(rows[:, :2]).view(_COUNT)
    links = np.ascontiguousarray(rows[:, _HEAD:]).view(_LINK)
    used = np.arange(links.shape[1]) < counts
    return bool((counts <= links.shape[1]).all() and (links[used] < header.elements).all())
