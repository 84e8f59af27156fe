"""`vouch ingest`: bring the library up to date, once or whenever something changes, and tell what was done."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.session import config_of, with_service

if TYPE_CHECKING:
    from qa.config import Config
    from qa.service import OnProgress, Service

REFUSED = 3  # exit code: all went well but for what is listed
SETTLED_MS = 1600  # a folder that is watched is read when it has been still for so long
LOOK_MS = 2000  # between two signs of life while nothing changes
LONGEST_ORIGIN = 60  # characters of a path in the table of what was refused

NEWS = ("added", "changed", "copied", "moved", "gone")  # what of a report is worth telling while a folder is watched

Report = dict[str, Any]


def ingest(options: Namespace) -> int:
    """Ingest once, or follow the folders."""
    config = config_of(options)
    if not options.watch:
        return _once(options, config)
    from watchfiles import watch

    code = _once(options, config)
    missed = True  # what changed before the folders were watched: they are read once more when nothing else happens
    folders = [source for source in sources_of(config, options.paths) if Path(source).exists()]
    print("watching; Ctrl-C ends it", file=sys.stderr)
    with suppress(KeyboardInterrupt):
        step = SETTLED_MS // 4
        for changes in watch(*folders, debounce=SETTLED_MS, step=step, rust_timeout=LOOK_MS, yield_on_timeout=True):
            if changes or missed:
                code = _once(options, config, of_nothing=False)
            missed = False
    return code


def _once(options: Namespace, config: Config, *, of_nothing: bool = True) -> int:
    """Ingest, and tell of it; also `of_nothing`, if that is what there was to do."""

    def work(service: Service) -> Report:
        return ingested(service, config, options.paths, options.prune, options.force, quiet=options.quiet)

    report = with_service(config, work, command="vouch ingest", patience_s=float("inf"))
    if of_nothing or any(report[kind] for kind in NEWS):
        if options.json:
            print(json.dumps(report, ensure_ascii=False), flush=True)
        elif not options.quiet:
            print_report(report)
    return REFUSED if report["refused"] else 0


def sources_of(config: Config, named: Sequence[str]) -> list[str]:
    """Files and folders, absolute, and links: those named, else those of the settings."""
    from ingest.links import is_link

    chosen = [(source, Path()) for source in named] or [(path, Path(config.folder)) for path in config.ingest.paths]
    return [
        source if is_link(source) else str((folder / Path(source).expanduser()).absolute()) for source, folder in chosen
    ]


def ingested(  # what a user may ask for
    service: Service, config: Config, named: Sequence[str], prune: bool = False, force: bool = False, *, quiet: bool
) -> Report:
    """Ingest with a bar of progress on stderr; the report."""
    with _bar(hidden=quiet) as show:
        return service.ingest(sources_of(config, named), prune, force, show)


@contextmanager
def _bar(*, hidden: bool) -> Iterator[OnProgress]:
    from tqdm import tqdm

    form = "{percentage:3.0f}% |{bar}| {desc} [{elapsed}, {remaining} left]"
    with tqdm(total=1.0, bar_format=form, disable=hidden or not sys.stderr.isatty(), leave=False) as bar:

        def show(progress: dict[str, Any]) -> None:
            speed = progress["passages"] / max(progress["seconds"], 0.1)
            refused = f", {progress['refused']:,} refused" if progress["refused"] else ""
            bar.set_description_str(
                f"{progress['files']:,} of {progress['of_files']:,} files, {progress['articles']:,} articles in, "
                f"{speed:,.0f} passages/s{refused}",
                refresh=False,
            )
            bar.update(progress["fraction"] - bar.n)

        yield show


def print_report(report: Report) -> None:
    """What an ingest did, and a table of what gave nothing."""
    copied = f", {report['copied']:,} copies" if report["copied"] else ""
    moved = f", {len(report['moved']):,} moved" if report["moved"] else ""
    print(
        f"{report['files']:,} files: {report['added']:,} articles added, {report['changed']:,} changed, "
        f"{report['unchanged']:,} unchanged{copied}{moved}; "
        f"{report['passages']:,} passages in {report['seconds']:.1f} s"
    )
    for origin in report["gone"]:
        print(f"{'removed' if report['pruned'] else 'gone'}: {origin}")
    if report["kept_back"]:
        print(f"nothing was removed: {report['kept_back']}")
    elif report["gone"] and not report["pruned"]:
        print(f"{len(report['gone']):,} articles are no longer there; vouch ingest --prune removes them")
    print_refusals(report["refused"])


def print_refusals(refused: Sequence[dict[str, str]]) -> None:
    """A line for each, the reasons below one another."""
    if not refused:
        return
    print(f"\n{len(refused):,} refused; they are tried again at the next ingest:")
    width = min(LONGEST_ORIGIN, max(len(_short(refusal["origin"])) for refusal in refused))
    for refusal in refused:
        print(f"  {_short(refusal['origin']):{width}}  {_line(refusal['reason'])}")


def _short(origin: str) -> str:
    """The end of a path, which tells it from others."""
    shown = _line(origin)
    return shown if len(shown) <= LONGEST_ORIGIN else "…" + shown[1 - LONGEST_ORIGIN :]


def _line(text: str) -> str:
    """Text from outside on one line, and unable to steer a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
