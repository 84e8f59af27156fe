"""`vouch models`: which small models the settings name, where they are, and the download of those that are not here."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from commands.session import config_of
from ingest.errors import VouchError

if TYPE_CHECKING:
    from qa.config import Config

FAILED = 2


@dataclass(frozen=True, slots=True)
class Use:
    """What a model is for, the one that the settings name for it ("" for none), and what finds the folder of that."""

    name: str
    model: str
    find: Callable[[], Path]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the model of a use is and how large; `folder` is empty without one, and where `problem` says why."""

    use: str
    model: str
    folder: str = ""
    bytes: int = 0
    problem: str = ""


def models(options: Namespace) -> int:
    """List the models that the settings name, after fetching those that are not here if that was asked for."""
    uses = _uses(config_of(options))
    if options.what == "fetch":
        _fetch(uses, quiet=options.json)
    places = [_place(use) for use in uses]
    if options.json:
        print(json.dumps([asdict(place) for place in places], ensure_ascii=False))
    else:
        _print(places)
    return FAILED if any(place.problem for place in places) else 0


def _uses(config: Config) -> list[Use]:
    from index.embed import EMBEDDED_NAME, model_folder
    from index.rerank import reranker_folder
    from qa.checking.entailment import entailment_folder
    from qa.config import READER
    from qa.reading.reader import reader_folder

    start, embedding = Path(config.folder), config.index.model
    reader, reranker, entailment = config.reader.model, config.reranker.model, config.entailment.model
    return [
        Use("embedding", embedding or EMBEDDED_NAME, lambda: model_folder(embedding, start), own=not embedding),
        Use("reader", reader, lambda: reader_folder(reader, start), own=reader == READER),
        Use("reranker", reranker, lambda: reranker_folder(reranker, start)),
        Use("entailment", entailment, lambda: entailment_folder(entailment, start)),
    ]


def _fetch(uses: Sequence[Use], *, quiet: bool) -> None:
    """Download what is not here; the one place where Vouch downloads a model, and only when this is asked for."""
    from index.hub import HUB_NAME, download

    for use in uses:
        if use.model and _is_missing(use):
            if use.own or not HUB_NAME.fullmatch(use.model):
                use.find()  # raises what is to be told
            if not quiet:
                print(f"fetching {use.model}, the {use.name} model", file=sys.stderr)
            download(use.model, progress=not quiet and sys.stderr.isatty())


def _is_missing(use: Use) -> bool:
    from index.errors import ModelMissingError

    try:
        use.find()
    except ModelMissingError:
        return True
    except VouchError:  # it is here, and what is wrong with it will be told
        return False
    return False


def _place(use: Use) -> Place:
    if not use.model:
        return Place(use.name, "")
    try:
        folder = use.find()
    except VouchError as error:
        return Place(use.name, use.model, problem=f"{error.message}; {error.hint}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Place(use.name, use.model, str(folder), size)


def _print(places: Sequence[Place]) -> None:
    for place in places:
        print(f"{place.use:11}{place.model or 'none'}")
        if place.folder:
            print(f"{'':11}{place.bytes / 1e6:,.0f} MB in {place.folder}")
        elif place.problem:
            print(f"{'':11}FAULT: {place.problem}")
