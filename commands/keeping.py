"""`vouch articles`, `backup`, `restore`, `reindex`, `doctor`: look into the library, put it right, keep it safe."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from commands.ingesting import print_refusals
from commands.session import config_of, with_service
from ingest.errors import VouchError

FAILED = 2

Data = dict[str, Any]


def articles(options: Namespace) -> int:
    """List the articles; show one; correct one; list what was refused."""
    if options.what in ("show", "edit") and not options.id:
        raise VouchError("which article?", hint=f"vouch articles {options.what} ID; the ids: vouch articles")
    with_service(config_of(options), lambda service: WHAT[options.what](service, options))
    return 0


def _list(service: Any, options: Namespace) -> None:
    _print_rows(service.articles(), options.json, _article_line)


def _show(service: Any, options: Namespace) -> None:
    article = service.article(options.id)
    if options.json:
        print(json.dumps(article, ensure_ascii=False))
    else:
        _print_article(article)


def _refusals(service: Any, options: Namespace) -> None:
    if options.json:
        print(json.dumps(service.refusals(), ensure_ascii=False))
    else:
        print_refusals(service.refusals())


def _edit(service: Any, options: Namespace) -> None:
    fields = dict(map(_assigned, options.fields), **dict.fromkeys(options.forget))
    if not fields:
        raise VouchError("nothing to correct", hint='vouch articles edit ID published=2025-01-30 outlet="The Times"')
    _print_article({**service.edit(options.id, fields), "text": ""})


def _assigned(text: str) -> tuple[str, str]:
    field, mark, value = text.partition("=")
    if not mark:
        raise VouchError(f"{text!r} is no correction", hint="write it as FIELD=VALUE, as in published=2025-01-30")
    return field, value


WHAT: dict[str, Callable[[Any, Namespace], None]] = {
    "list": _list,
    "show": _show,
    "edit": _edit,
    "refusals": _refusals,
}


def _article_line(article: Data) -> str:
    published, outlet = article["published"] or "undated", article["outlet"] or "-"
    return f"{article['article']}  {published:10}  {outlet}  {article['title']}"


def _print_rows(rows: Sequence[Data], as_json: bool, line: Callable[[Data], str]) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(line(row))


def _print_article(article: Data) -> None:
    """The fields, each with where it was said; where the article was found; its text."""
    print(article["title"])
    reading = article["reading"]
    for field in ("outlet", "authors", "published", "updated", "url", "language"):
        value = article[field]
        shown = "; ".join(value) if isinstance(value, list) else value
        said = reading["said_by"].get(field)
        print(f"{field + ':':11}{shown or '-'}{f'  ({said})' if said else ''}")
    read_as = ", ".join(part for part in (reading["format"], reading["encoding"]) if part)
    print(f"{'read as:':11}{read_as or '-'}")
    for origin in article["origins"]:
        print(f"{'found in:':11}{origin}")
    for other in article["copies"]:
        print(f"{'copy:':11}{other['article']}  {other['published'] or 'undated':10}  {other['outlet'] or '-'}")
    if reading["unseen"]:
        print(f"{'left out:':11}{reading['unseen']:,} characters that a reader of the file would not see")
    if article["text"]:
        print(f"\n{article['text']}")


def backup(options: Namespace) -> int:
    """Write the whole library into one file."""
    from index.backup import backup as made

    done = made(config_of(options).library, Path(options.file).expanduser(), force=options.force)
    print(f"{options.file}: {done.articles:,} articles, {done.passages:,} passages, {done.bytes / 1e6:.1f} MB")
    return 0


def restore(options: Namespace) -> int:
    """Take a library back from a file."""
    from index.backup import restore as taken

    library = config_of(options).library
    done = taken(Path(options.file).expanduser(), library, force=options.force)
    print(f"{library}: {done.articles:,} articles, {done.passages:,} passages restored")
    if done.kept:
        print(f"what was there before is kept: {done.kept}")
    return 0


def reindex(options: Namespace) -> int:
    """Bring a library to the settings of today, beside the one that answers until then."""
    import sys
    from functools import partial

    from tqdm import tqdm

    from index.embed import open_embedder
    from index.reindex import Reindexing
    from index.reindex import reindex as done_anew

    config = config_of(options)
    form = "{percentage:3.0f}% |{bar}| {desc} [{elapsed}, {remaining} left]"
    with tqdm(total=1.0, bar_format=form, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(progress: Reindexing) -> None:
            bar.set_description_str(f"{progress.articles:,} of {progress.of_articles:,} articles", refresh=False)
            bar.update(progress.fraction - bar.n)

        opened = partial(open_embedder, start=Path(config.folder))
        done = done_anew(config.library, config.index, force=options.force, on_progress=show, opened=opened)
    if not done.reasons:
        print("nothing to do: the library was made with these settings; --force does it all the same")
        return 0
    print(f"{'; '.join(done.reasons)}: {done.articles:,} articles, {done.passages:,} passages, {done.seconds:.1f} s")
    return 0


def doctor(options: Namespace) -> int:
    """Look at everything, and with --repair put right what can be; or show the prompts."""
    if options.prompts:
        from evaluation.judges.prompts import shown as judging
        from qa.writing.prompts import shown

        print(f"{shown()}\n\n\n{judging()}")
        return 0
    from qa.checkup import checkup

    faults = 0
    for line in checkup(config_of(options), repair=options.repair):
        faults += not line.sound
        print(f"{'ok' if line.sound else 'FAULT':5}  {line.subject}: {line.finding}", flush=True)
    return FAILED if faults else 0
