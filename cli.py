"""The command `vouch`. Everything heavy is imported by the command that needs it, so that `--help` is quick."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import VouchError

if TYPE_CHECKING:
    from qa.config import Config
    from qa.service import Service

QUIET = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "GRADIO_ANALYTICS_ENABLED": "False",
    "DO_NOT_TRACK": "1",  # LlamaIndex and others that heed it
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",  # no model is fetched while running
    "TOKENIZERS_PARALLELISM": "false",
}
FAILED, INTERRUPTED = 2, 130  # exit codes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Errors that a user can act on go to stderr, without a traceback."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: everything is closed
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except VouchError as error:
        return _failed(error.message, error.hint)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: `vouch articles | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # the edge of the program
        if os.environ.get("VOUCH_DEBUG"):
            raise
        return _failed(f"{type(error).__name__}: {error}", "this is a fault of Vouch; VOUCH_DEBUG=1 shows where")


def _failed(message: str, hint: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    if hint:
        print(f"hint: {hint}", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--library", metavar="DIR", help="the library's folder (default: as config.toml says)")
    common.add_argument("--config", metavar="FILE", help="settings (default: ./config.toml, else Vouch's own)")
    parser = argparse.ArgumentParser(
        prog="vouch",
        description="Answers questions from your own articles, with a checked citation for every sentence.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=text, description=text)
        added.set_defaults(run=run)
        return added

    ingest = command("ingest", _ingest, "Bring the library up to date with files and folders.")
    ingest.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: [ingest] paths)")
    ingest.add_argument("--prune", action="store_true", help="also remove articles whose file or record is gone")
    ask = command("ask", _ask, "Answer one question.")
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--json", action="store_true", help="print the whole answer as one JSON object")
    chat = command("chat", _chat, "Open the chat page; ingests [ingest] paths first if nothing was ever ingested.")
    chat.add_argument("--port", type=int, help="listen on another port than [ui] says (0: any free one)")
    articles = command("articles", _articles, "List the articles; show one; list what could not be read.")
    articles.add_argument("what", nargs="?", choices=("list", "show", "refusals"), default="list")
    articles.add_argument("id", nargs="?", help="of the article to show")
    articles.add_argument("--json", action="store_true", help="print JSON")
    command("doctor", _doctor, "Check the installation, the library and the model's endpoint.")
    return parser


def _config(options: argparse.Namespace) -> Config:
    from qa.config import load_config

    here, own = Path("config.toml"), Path(__file__).with_name("config.toml")
    path = Path(options.config) if options.config else here if here.is_file() else own
    config = load_config(path)
    return config.with_library(options.library) if options.library else config


def _service(config: Config) -> Service:
    """The library's service: of this process, or of the one that owns the library already.

    A command that ends soon does not prove the indexes that a clean close left; Chroma is proved when written to.
    """
    from index.errors import OwnedError
    from qa.engine import open_engine
    from qa.service import EngineService

    try:
        return EngineService(open_engine(config, thorough=False))
    except OwnedError as owned:
        from api import RemoteService

        return RemoteService(owned)


def _ingest(options: argparse.Namespace) -> int:
    config = _config(options)
    service = _service(config)
    try:
        report = _ingested(service, config, options.paths, options.prune)
    finally:
        service.close()
    _tell(service.notices())
    return FAILED if report["refused"] and not _taken(report) else 0


def _ingested(service: Service, config: Config, paths: Sequence[str], prune: bool) -> dict[str, Any]:
    """Ingest with a progress bar, and print what was done."""
    from tqdm import tqdm

    chosen = [Path(path) for path in paths] or [Path(config.folder) / path for path in config.ingest.paths]
    form = "{percentage:3.0f}% |{bar}| {desc} [{elapsed}, {remaining} left]"
    with tqdm(total=1.0, bar_format=form, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(progress: dict[str, Any]) -> None:
            bar.set_description_str(
                f"file {progress['files']:,} of {progress['of_files']:,}, {progress['articles']:,} articles in",
                refresh=False,
            )
            bar.update(progress["fraction"] - bar.n)

        report = service.ingest([str(path.expanduser().absolute()) for path in chosen], prune, show)
    _print_report(report)
    return report


def _taken(report: dict[str, Any]) -> int:
    """How many articles were found, new or old."""
    return sum(report[kind] for kind in ("added", "changed", "unchanged"))


def _print_report(report: dict[str, Any]) -> None:
    print(
        f"{report['files']:,} files: {report['added']:,} articles added, {report['changed']:,} changed, "
        f"{report['unchanged']:,} unchanged; {report['passages']:,} passages in {report['seconds']:.1f} s"
    )
    for refusal in report["refused"]:
        print(f"refused: {refusal['origin']}: {refusal['reason']}", file=sys.stderr)
    for origin in report["gone"]:
        print(f"{'removed' if report['pruned'] else 'gone'}: {origin}")
    if report["gone"] and not report["pruned"]:
        print(f"{len(report['gone']):,} articles are no longer there; vouch ingest --prune removes them")


def _ask(options: argparse.Namespace) -> int:
    service = _service(_config(options))
    try:
        answer = service.ask(options.question)
        if options.json:
            print(json.dumps(answer, ensure_ascii=False))
        else:
            _print_answer(answer)
        sys.stdout.flush()
    finally:
        service.close()
    _tell(service.notices())
    return 0


def _print_answer(answer: dict[str, Any]) -> None:
    if answer["standalone_question"] != answer["question"].strip():
        print(f"(searched for: {answer['standalone_question']})")
    if answer["text"]:
        print(answer["text"] + "\n")
    else:
        print(f"Not in the sources. {answer['reason']}")
    sources = {source["article"]: source for source in answer["sources"]}
    numbers = {c["number"]: c["article"] for sentence in answer["sentences"] for c in sentence["citations"]}
    for number, article in numbers.items():
        source = sources[article]
        parts = (source["outlet"], source["published"] or "undated", source["url"])
        print(f"[{number}] {source['title']}: {', '.join(part for part in parts if part)} ({article})")
    if answer["notice"]:
        print(f"\n{answer['notice']}")


def _tell(notices: Sequence[str]) -> None:
    for notice in notices:
        print(f"note: {notice}", file=sys.stderr)


def _chat(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from api import OwnerServer
    from qa.engine import open_engine
    from qa.service import EngineService
    from ui import serve

    config = _config(options)
    ui = config.ui if options.port is None else replace(config.ui, port=options.port)
    service = EngineService(open_engine(config))
    try:
        if not service.engine.library.counts().articles:
            print("The library is empty: reading the articles that config.toml names …", file=sys.stderr)
            _ingested(service, config, [], prune=False)
        owner = OwnerServer(service, service.engine.store.owner, "vouch chat")
        try:
            serve(service.engine, ui)
        finally:
            owner.close()
    finally:
        service.close()
    return 0


def _articles(options: argparse.Namespace) -> int:
    if options.what == "show" and not options.id:
        raise VouchError("which article?", hint="vouch articles show ID; the ids: vouch articles")
    service = _service(_config(options))
    try:
        if options.what == "show":
            _print_article(service.article(options.id), options.json)
        elif options.what == "refusals":
            _print_rows(service.refusals(), options.json, lambda row: f"{row['origin']}: {row['reason']}")
        else:
            _print_rows(service.articles(), options.json, _article_line)
    finally:
        service.close()
    return 0


def _article_line(article: dict[str, Any]) -> str:
    published, outlet = article["published"] or "undated", article["outlet"] or "-"
    return f"{article['article']}  {published:10}  {outlet}  {article['title']}"


def _print_rows(rows: Sequence[dict[str, Any]], as_json: bool, line: Callable[[dict[str, Any]], str]) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(line(row))


def _print_article(article: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(article, ensure_ascii=False))
        return
    print(article["title"])
    print(f"{article['outlet'] or '-'}, {article['published'] or 'undated'}\n{article['origin']}\n\n{article['text']}")


def _doctor(options: argparse.Namespace) -> int:
    from qa.checkup import checkup

    faults = 0
    for line in checkup(_config(options)):
        faults += not line.sound
        print(f"{'ok' if line.sound else 'FAULT':5}  {line.subject}: {line.finding}")
    return FAILED if faults else 0


if __name__ == "__main__":
    sys.exit(main())
