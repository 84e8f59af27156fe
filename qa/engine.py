"""The answerer, composed: question in, steps and words as they come, a checked answer at the end."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from index.census import Census
from index.embed import open_embedder
from index.hits import Found, Hit
from index.library import Library
from index.report import Report
from index.rerank import open_reranker
from index.scope import Scope
from index.store import Store, open_store
from index.terms import terms
from ingest.errors import VouchError
from qa.answers import Answer, Disagreement
from qa.checking.entailment import Entailment, open_entailment
from qa.checking.support import check
from qa.config import Config, EngineName, QaConfig, load_config, settings_file
from qa.conversation import Conversations, Turn
from qa.followup import stand_alone
from qa.language.plain import plain
from qa.model.budget import Budget
from qa.model.faults import ModelError
from qa.model.llm import LanguageModel, OpenAIModel
from qa.numbering import numbered
from qa.reading.claims import Claim, claims
from qa.reading.confidence import THRESHOLDS, Verdict, after, judge
from qa.reading.declining import Elsewhere, declined
from qa.reading.disagreement import told
from qa.reading.evidence import Evidence, Weigher
from qa.reading.extractive import extract, lines
from qa.reading.reader import Reader, open_reader
from qa.scopes import scope_of
from qa.searched import searched
from qa.writing.generative import Generated, generate
from qa.writing.parts import split

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever

EXTRACTED = "Extracted word for word from the sources; no language model is connected."
INSTEAD = "Extracted word for word from the sources instead."
NO_ARTICLES = "The library holds no articles yet. Add some: vouch ingest FOLDER"
MODEL_DECLINED = "The model found no answer to this in the passages it was given."


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, as a reader may be told."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer's text: plain, with `[n]` markers."""

    text: str


Event = Step | Delta | Answer


@dataclass(frozen=True, slots=True)
class Case:
    """A question with all that was found on it, ready to be answered."""

    answer: Answer  # what is known of it before it is made
    hits: tuple[Hit, ...]
    scope: Scope
    evidence: Sequence[Evidence]
    verdict: Verdict
    budget: Budget | None


class Engine:
    """Answers questions from one library. Holds no state per question: safe from any thread."""

    def __init__(
        self,
        store: Store,
        config: QaConfig,
        model: LanguageModel | None,
        reader: Reader | None,
        entailment: Entailment | None = None,
    ) -> None:
        self.store = store
        self.conversations = Conversations(store.library)
        self.config = config
        self.reader = reader
        self._connected = model
        self.seed: int | None = None  # with one, a question's prompt is the same again, which an article could use
        self.settings: Mapping[str, Any] = {}  # what else shapes an answer, as data; for whoever repeats a run
        self.heard: list[Callable[[Answer], object]] = []  # are told of each answer, in the thread that gave it
        self._model = model if config.engine != "extractive" else None
        self._entailment = entailment
        self._weigher = Weigher(store.word_vectors, reader)
        self.census = Census(store.library)

    @property
    def library(self) -> Library:
        return self.store.library

    @property
    def model(self) -> str:
        """The name of the language model that writes; "" where answers are extracted."""
        return self._model.name if self._model else ""

    def answering(self, engine: EngineName, seed: int | None = None) -> Engine:
        """The same library and models, answering in another way; this one closes what both share.

        Raises a VouchError for "generative" where no language model is connected.
        """
        if engine == "generative" and self._connected is None:
            raise VouchError("no language model is connected", hint="set base_url and model under [llm] in config.toml")
        model = self._connected
        if seed is not None and isinstance(model, OpenAIModel):
            model = model.seeded(seed)
        other = Engine(self.store, replace(self.config, engine=engine), model, self.reader, self._entailment)
        other.settings, other.census, other._weigher = self.settings, self.census, self._weigher
        other.seed = self.seed if seed is None else seed
        other.heard = self.heard
        return other

    def notices(self) -> list[str]:
        """What a reader should know of the library's state, in sentences."""
        return self.store.indexes.notices()

    def ingest(self, sources: str | Path | Sequence[str | Path], *, prune: bool = False, force: bool = False) -> Report:
        """Bring the library up to date with files, folders and links; what could not be read is in the report.

        `prune` also removes articles whose file or record is gone, `force` even if these are many.
        """
        given = [sources] if isinstance(sources, (str, Path)) else list(sources)
        return self.store.ingest(given, prune=prune, force=force)

    def search(self, question: str, scope: Scope | None = None, k: int = 10) -> list[Hit]:
        """At most k passages, best first."""
        return self.store.searcher.search(plain(question), scope, k)

    def scope(
        self,
        outlets: str | Sequence[str] = (),
        since: str | date = "",
        until: str | date = "",
        as_of: str | date = "",
    ) -> Scope:
        """What a question may be narrowed to: outlets as people call them, days as dates or as "2023-10-31".

        VouchError for an outlet of which the library has nothing, and for a day that is none.
        """
        days = {"since": since, "until": until, "as_of": as_of}
        named = [outlets] if isinstance(outlets, str) and outlets else outlets
        return scope_of({"outlets": named, **days}, self.library.outlets())

    def as_retriever(self, k: int = 10, scope: Scope | None = None) -> BaseRetriever:
        """The search as a LlamaIndex retriever, for use in its query engines."""
        from index.retriever import LlamaRetriever

        return LlamaRetriever(self.store.searcher, k, scope)

    def as_query_engine(self, scope: Scope | None = None, *, streaming: bool = False) -> BaseQueryEngine:
        """The engine as a LlamaIndex query engine: its responses carry the citations as nodes."""
        from qa.queryengine import VouchQueryEngine

        return VouchQueryEngine(self, scope, streaming=streaming)

    def ask(self, question: str, history: Sequence[Turn] = (), scope: Scope | None = None) -> Answer:
        """The answer, whole."""
        *_, answer = self.stream(question, history, scope)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: str, history: Sequence[Turn] = (), scope: Scope | None = None) -> Iterator[Event]:
        """Steps and words as they come; the last item is the answer."""
        began = time.perf_counter()
        question = plain(question)  # half a surrogate pair, which JSON can carry, no tokenizer takes
        alone = stand_alone(question, [turn.answer["standalone_question"] for turn in history])
        scope = Scope() if scope is None else scope
        budget = self._model.budget() if self._model else None
        yield Step(f"Searched for: {alone}")
        found = yield from self._found(alone, scope, budget)
        looked = time.perf_counter()
        evidence, verdict = self._weighed(alone, found.hits)
        answer = self._blank(question, alone, found, scope)
        case = Case(replace(answer, confidence=verdict.confidence), found.hits, scope, evidence, verdict, budget)
        for event in self._answered(case):
            if isinstance(event, Answer):
                done = time.perf_counter()
                timings = {"search": _ms(looked - began), "answer": _ms(done - looked), "total": _ms(done - began)}
                answer = replace(event, timings_ms=timings)
                for hear in self.heard:
                    hear(answer)
                yield answer
            else:
                yield event

    def _found(self, alone: str, scope: Scope, budget: Budget | None) -> Generator[Step, None, Found]:
        """Search, in parts where a model is to split the question."""
        parts: tuple[str, ...] = ()
        if self.config.split and self._model and budget:
            parts = split(alone, self._model, budget)
            yield from (Step(f"Searched for the part: {part}") for part in parts)
        found = self.store.searcher.find(alone, scope, self.config.passages, parts)
        articles = len({hit.passage.article.id for hit in found.hits})
        yield Step(f"{len(found.hits)} passages from {articles} articles")
        return found

    def _weighed(self, alone: str, hits: Sequence[Hit]) -> tuple[Sequence[Evidence], Verdict]:
        """What speaks for each sentence of the hits, and whether they answer."""
        evidence = self._weigher.weigh(alone, hits, self.store.searcher.rarity(dict.fromkeys(terms(alone))))
        return evidence, judge(alone, evidence)

    def _blank(self, question: str, alone: str, found: Found, scope: Scope) -> Answer:
        """What is known of an answer before it is made."""
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            standalone_question=alone,
            status="not_in_sources",
            engine="extractive",
            retrieved=found.hits,
            searched=searched(self.census, scope, found.understood),
            scope=scope.as_dict(),
            system={
                "version": version("vouch"),
                "model": "",
                "embedder": self.store.embedder.fingerprint,
                "fingerprint": self.library.fingerprint(),
            },
        )

    def _answered(self, case: Case) -> Iterator[Event]:
        looked_through = case.answer.searched
        if not looked_through.articles + looked_through.left_out:
            yield replace(case.answer, reason=NO_ARTICLES, cause="empty_library")
        elif not case.hits:
            yield self._declined(case)
        elif self._model is None or case.budget is None:
            yield from self._extracted(case, "" if self.config.engine == "extractive" else EXTRACTED)
        else:
            yield from self._generated(case, self._model, case.budget)

    def _declined(self, case: Case) -> Answer:
        """Not in the sources; where a scope was chosen, it is told whether they say it outside of that."""
        alone = case.answer.standalone_question

        def look(wider: Scope) -> tuple[Sequence[Evidence], Verdict]:
            return self._weighed(alone, self.store.searcher.search(alone, wider, self.config.passages))

        elsewhere = Elsewhere(case.scope, look, THRESHOLDS[self.config.declining])
        return declined(case.answer, case.evidence, case.verdict, elsewhere)

    def _claims(self, case: Case) -> list[Claim]:
        return claims(case.answer.standalone_question, case.evidence, self.reader)

    def _extracted(self, case: Case, notice: str) -> Iterator[Event]:
        """The sentences that answer, with a notice that they are extracted; or none, if they are not likely to."""
        if case.verdict.confidence < THRESHOLDS[self.config.declining]:
            yield self._declined(case)
            return
        question, claimed = case.answer.standalone_question, self._claims(case)
        found = told(question, claimed)
        extracted = extract(question, case.evidence, found, self.config.sentences, claimed)
        said: list[str] = []
        for line in lines(extracted):
            yield Delta(f"\n{line}" if said else line)
            said.append(line)
        yield replace(
            case.answer,
            status=_status(found),
            notice=notice,
            short=extracted.short,
            text="\n".join(said),
            sentences=extracted.sentences,
            disagreements=numbered(found, extracted.sentences),
        )

    def _generated(self, case: Case, model: LanguageModel, budget: Budget) -> Iterator[Event]:
        """What the model writes; where it fails, its fault is told and the answer extracted."""
        try:
            yield from self._written(case, model, budget)
        except ModelError as error:
            if error.partial:
                yield Delta("\n\n")  # what the model had said stays apart from what follows
            answer = replace(case.answer, notice=error.sentence, usage=budget.usage)
            yield from self._extracted(replace(case, answer=answer), f"{error.sentence} {INSTEAD}")

    def _written(self, case: Case, model: LanguageModel, budget: Budget) -> Iterator[Event]:
        alone = case.answer.standalone_question
        checked = partial(check, entailment=self._entailment)
        found = told(alone, self._claims(case))
        source = None if self.seed is None else random.Random(f"{self.seed} {alone}")  # noqa: S311  asked to repeat
        for part in generate(alone, case.hits, model, budget=budget, found=found, check=checked, source=source):
            if isinstance(part, Generated):
                yield self._finished(case, part, model.name)
            else:
                yield Delta(part)

    def _finished(self, case: Case, written: Generated, name: str) -> Answer:
        answer = replace(
            case.answer,
            engine="generative",
            system={**case.answer.system, "model": name},
            usage=written.usage,
            notice=written.notice,
        )
        if written.declined:
            verdict = replace(case.verdict, reason=MODEL_DECLINED, cause="not_answered")
            return self._declined(replace(case, answer=answer, verdict=verdict))
        return replace(
            answer,
            status=_status(written.disagreements),
            text=written.text,
            sentences=written.sentences,
            disagreements=written.disagreements,
            confidence=after(case.verdict, written.sentences),
        )

    def close(self) -> None:
        """Give up the library and the model's connection."""
        if isinstance(self._connected, OpenAIModel):
            self._connected.close()
        self.store.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_engine(
    config: Config | str | Path | None = None, *, library: str | Path = "", thorough: bool = True
) -> Engine:
    """Open the library that the settings name, for this process alone, and everything that answers from it.

    Instead of settings their file may be given; none: ./config.toml, else Vouch's own. `library` is a folder to take
    in place of theirs. `thorough` proves the indexes before they are used (in the background); else a look at their
    files must do.
    """
    if not isinstance(config, Config):
        config = load_config(Path(config) if config else settings_file())
    if library:
        config = config.with_library(str(library))
    folder = Path(config.folder)
    reranker = open_reranker(config.reranker.model, folder)
    opened = partial(open_embedder, start=folder)
    with ExitStack() as undo:
        store = open_store(
            config.library, config.index, config.ingest, thorough=thorough, opened=opened, reranker=reranker
        )
        undo.callback(store.close)
        # After the store, so that a library in use is told at once.
        reader = open_reader(config.reader.model, folder)
        entailment = open_entailment(config.entailment.model, folder)
        undo.pop_all()
    model = OpenAIModel(config.llm) if config.has_model else None
    engine = Engine(store, config.qa, model, reader, entailment)
    shaping = ("ingest", "index", "qa", "reader", "reranker", "entailment", "llm")
    engine.seed = config.llm.seed if config.llm.seed >= 0 else None
    engine.settings = {section: values for section, values in asdict(config).items() if section in shaping}
    return engine


def _status(found: Sequence[Disagreement]) -> Literal["answered", "conflicting"]:
    return "conflicting" if any(one.kind == "conflict" for one in found) else "answered"


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
