"""The command `vouch`. Everything heavy is imported by the command that needs it, so that `--help` is quick."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from ingest.errors import VouchError

QUIET = {
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "GRADIO_ANALYTICS_ENABLED": "False",
    "DO_NOT_TRACK": "1",  # LlamaIndex and others that heed it
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # numpy's threads wait for work by spinning: half the processor time of a question, and no gain on small vectors
    "OPENBLAS_NUM_THREADS": "1",
}
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}  # but for the one command that fetches models
FORMATS = ("jsonl", "csv", "multihop-rag", "squad", "beir", "ragas", "alce", "clapnq")  # of questions
FAILED, INTERRUPTED = 2, 130  # exit codes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Errors that a user can act on go to stderr, without a traceback."""
    options = _parser().parse_args(arguments)
    online = options.module == "models" and options.what == "fetch"
    for name, value in (QUIET if online else QUIET | OFFLINE).items():
        os.environ.setdefault(name, value)
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: everything is closed
    try:
        run: Callable[[argparse.Namespace], int] = getattr(import_module(f"commands.{options.module}"), options.name)
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

    def command(name: str, module: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=text, description=text)
        added.set_defaults(module=module, name=name)
        return added

    _add_ingest(command("ingest", "ingesting", "Bring the library up to date with files, folders and links."))
    _add_ask(command("ask", "asking", "Answer one question."))
    chat = command("chat", "pages", "Open the chat page; ingests [ingest] paths first if nothing was ever ingested.")
    chat.add_argument("--port", type=int, help="listen on another port than [ui] says (0: any free one)")
    serve = command("serve", "pages", "Open the page with the HTTP API beside it, for programs: /v1/chat/completions …")
    serve.add_argument("--port", type=int, help="listen on another port than [ui] says (0: any free one)")
    mcp = command("mcp", "assistants", "Let an assistant ask, search and read, by the Model Context Protocol.")
    mcp.add_argument("--http", action="store_true", help="over HTTP instead of standard input and output")
    mcp.add_argument("--port", type=int, default=7861, help="with --http: where to listen (default: 7861; 0: any)")
    _add_batch(
        command("batch", "batches", "Answer a file of questions: a line of JSON for each; goes on after a kill.")
    )
    _add_evaluate(command("evaluate", "evaluating", "Score the answers of a batch against their gold."))
    _add_export(command("export", "exporting", "Write a batch's answers in the form that another scorer reads."))
    _add_articles(command("articles", "keeping", "List the articles; show or correct one; list what was refused."))
    for name, text in (
        ("backup", "Write the whole library into one file, also while it is in use."),
        ("restore", "Take a library back from such a file."),
    ):
        keeping = command(name, "keeping", text)
        keeping.add_argument("file", metavar="FILE")
        keeping.add_argument("--force", action="store_true", help="replace what is there")
    reindex = command("reindex", "keeping", "Bring a library made with other settings to those of today.")
    reindex.add_argument("--force", action="store_true", help="also if its settings are those of today")
    models = command("models", "models", "List the small models that the settings name; fetch those that are not here.")
    models.add_argument("what", nargs="?", choices=("list", "fetch"), default="list")
    models.add_argument("--json", action="store_true", help="print JSON")
    user = command("user", "people", "Add somebody who may log in to the page, or give them a new password.")
    user.add_argument("person", metavar="NAME")
    feedback = command("feedback", "feedback", "Print the rated answers as questions for an evaluation, one a line.")
    feedback.add_argument("--whole", action="store_true", help="everything that was given, with the whole answers")
    doctor = command("doctor", "keeping", "Check the installation, the library and the models.")
    doctor.add_argument("--repair", action="store_true", help="build Chroma and tantivy anew from the library")
    doctor.add_argument("--prompts", action="store_true", help="print what a language model is told, and nothing else")
    return parser


def _add_batch(batch: argparse.ArgumentParser) -> None:
    batch.add_argument("questions", metavar="QUESTIONS", help="JSONL, CSV, or a file or folder in one of the formats")
    batch.add_argument("-o", "--output", required=True, metavar="FILE", help="the answers, a line each, in their order")
    batch.add_argument("--format", choices=FORMATS, help="of the questions (default: guessed, and said)")
    batch.add_argument("--workers", type=int, default=1, metavar="N", help="questions answered at the same time")
    batch.add_argument("--scope", metavar="JSON", help='for every question without one: {"outlets": […], "since": …}')
    batch.add_argument("--engine", choices=("auto", "extractive", "generative"), help="instead of [qa] engine")
    batch.add_argument("--seed", type=int, help="sent to the language model with every question")
    batch.add_argument("--restart", action="store_true", help="begin the run anew, in place of what is there of it")
    batch.add_argument("--quiet", action="store_true", help="no progress")


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument("answers", metavar="ANSWERS", help="what vouch batch wrote")
    evaluate.add_argument("--gold", required=True, metavar="FILE", help="the questions with their answers")
    evaluate.add_argument("--format", choices=FORMATS, help="of the gold (default: guessed, and said)")
    evaluate.add_argument("--against", metavar="ANSWERS", help="another run on the same questions, to compare with")
    evaluate.add_argument(
        "--judge", action="append", choices=("llm", "nli"), default=[], help="also have a model judge"
    )
    evaluate.add_argument("--html", metavar="FILE", help="write the report as one page that needs no network")
    evaluate.add_argument("--json", action="store_true", help="print the report as one JSON object")


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("answers", metavar="ANSWERS", help="what vouch batch wrote")
    export.add_argument("--to", required=True, choices=("trec", "squad", "ragas", "ragchecker", "alce"))
    export.add_argument("-o", "--output", required=True, metavar="FILE")
    export.add_argument(
        "--articles", action="store_true", help="trec: rank articles, by their record's id, not passages"
    )
    export.add_argument("--force", action="store_true", help="replace what is there")
    export.add_argument("--gold", metavar="FILE", help="the questions with their answers, where the form has them")
    export.add_argument("--format", choices=FORMATS, help="of the gold (default: guessed, and said)")


def _add_ask(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--outlet", action="append", metavar="NAME", help="only articles of this outlet (may be repeated)")
    ask.add_argument("--since", metavar="DATE", help="only articles of this day or later, as 2023-10-31")
    ask.add_argument("--until", metavar="DATE", help="only articles of this day or earlier")
    ask.add_argument("--as-of", metavar="DATE", help="the day from which “yesterday” and “last week” are counted")
    ask.add_argument("--json", action="store_true", help="print the whole answer as one JSON object")


def _add_ingest(ingest: argparse.ArgumentParser) -> None:
    ingest.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, links (default: [ingest] paths)")
    ingest.add_argument("--prune", action="store_true", help="also remove articles whose file or record is gone")
    ingest.add_argument("--force", action="store_true", help="with --prune: even if many are gone")
    ingest.add_argument("--watch", action="store_true", help="go on, and ingest again whenever something changes")
    ingest.add_argument("--quiet", action="store_true", help="print nothing but errors")
    ingest.add_argument("--json", action="store_true", help="print the report as one JSON object")


def _add_articles(articles: argparse.ArgumentParser) -> None:
    articles.add_argument("what", nargs="?", choices=("list", "show", "edit", "refusals"), default="list")
    articles.add_argument("id", nargs="?", help="of the article to show or to correct")
    articles.add_argument(
        "fields", nargs="*", metavar="FIELD=VALUE", help="what to correct, as in published=2025-01-30"
    )
    articles.add_argument("--forget", action="append", default=[], metavar="FIELD", help="take a correction back")
    articles.add_argument("--json", action="store_true", help="print JSON")


if __name__ == "__main__":
    sys.exit(main())
