"""The answerer, composed: question in, steps and words as they come, a checked answer at the end."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from index.hits import Hit
from index.library import Library
from index.scope import Scope
from index.store import Store, open_store
from index.terms import terms
from qa.answers import Answer, Cause, Disagreement, Usage
from qa.budget import Budget
from qa.confidence import THRESHOLDS, Verdict, judge
from qa.config import Config, QaConfig
from qa.conversation import Conversations, Turn
from qa.declining import declined
from qa.disagreement import disagreements
from qa.evidence import Evidence, Weigher
from qa.extractive import extract, written
from qa.faults import ModelError
from qa.followup import stand_alone
from qa.generative import Generated, generate
from qa.llm import LanguageModel, OpenAIModel
from qa.numbering import Numbers
from qa.plain import plain
from qa.reader import Reader, open_reader

READER_FOLDER = Path(__file__).parent.parent / "models" / "reader"
EXTRACTED = "Extracted word for word from the sources; no language model is connected."
INSTEAD = "Extracted word for word from the sources instead."
Kind = Literal["extractive", "generative"]


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, as a reader may be told."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer's text: plain, with `[n]` markers."""

    text: str


Event = Step | Delta | Answer


class Engine:
    """Answers questions from one library. Holds no state per question: safe from any thread."""

    def __init__(self, store: Store, config: QaConfig, model: LanguageModel | None, reader: Reader | None) -> None:
        self.store = store
        self.conversations = Conversations(store.library)
        self.config = config
        self.reader = reader
        self._model = model
        self._weigher = Weigher(store.word_vectors, reader)

    @property
    def library(self) -> Library:
        return self.store.library

    def notices(self) -> list[str]:
        """What a reader should know of the library's state, in sentences."""
        return self.store.indexes.notices()

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
        yield Step(f"Searched for: {alone}")
        hits = self.store.searcher.search(alone, scope, self.config.passages)
        found = time.perf_counter()
        articles = len({hit.passage.article.id for hit in hits})
        yield Step(f"{len(hits)} passages from {articles} articles")
        answer = self._blank(question, alone, hits, scope or Scope())
        for event in self._answered(answer, hits):
            if isinstance(event, Answer):
                done = time.perf_counter()
                timings = {"search": _ms(found - began), "answer": _ms(done - found), "total": _ms(done - began)}
                yield replace(event, timings_ms=timings)
            else:
                yield event

    def _blank(self, question: str, alone: str, hits: Sequence[Hit], scope: Scope) -> Answer:
        """What is known of an answer before it is made."""
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            standalone_question=alone,
            status="not_in_sources",
            engine="extractive",
            retrieved=tuple(hits),
            scope=scope.as_dict(),
            system={
                "version": version("vouch"),
                "model": "",
                "embedder": self.store.embedder.fingerprint,
                "fingerprint": self.library.fingerprint(),
            },
        )

    def _answered(self, answer: Answer, hits: Sequence[Hit]) -> Iterator[Event]:
        if not hits:
            yield replace(answer, reason=self._why_nothing(), cause=self._cause())
            return
        alone = answer.standalone_question
        evidence = self._weigher.weigh(alone, hits, self.store.searcher.rarity(dict.fromkeys(terms(alone))))
        verdict = judge(alone, evidence)
        answer = replace(answer, confidence=verdict.confidence)
        if self._model is None or self.config.engine == "extractive":
            notice = "" if self.config.engine == "extractive" else EXTRACTED
            yield from self._extracted(answer, evidence, verdict, notice)
            return
        budget = self._model.budget()
        try:
            yield from self._generated(answer, hits, self._model, budget)
        except ModelError as error:
            if error.partial:
                yield Delta("\n\n")  # what the model had said stays apart from what follows
            answer = replace(answer, notice=error.sentence, usage=Usage(budget.calls_made))
            yield from self._extracted(answer, evidence, verdict, f"{error.sentence} {INSTEAD}")

    def _cause(self) -> Cause:
        return "off_subject" if self.library.counts().articles else "empty_library"

    def _why_nothing(self) -> str:
        if not self.library.counts().articles:
            return "The library holds no articles yet. Add some: vouch ingest FOLDER"
        return "No passage was found for this question."

    def _extracted(
        self, answer: Answer, evidence: Sequence[Evidence], verdict: Verdict, notice: str
    ) -> Iterator[Event]:
        """The sentences that answer, with a notice that they are extracted; or none, if they are not likely to."""
        if verdict.confidence < THRESHOLDS[self.config.declining]:
            yield declined(answer, evidence, verdict)
            return
        question = answer.standalone_question
        found = disagreements(question, evidence)
        extracted = extract(question, evidence, found, self.config.sentences)
        parts: list[str] = []
        for sentence in extracted.sentences:
            parts.append(written(sentence))
            yield Delta(("\n" if len(parts) > 1 else "") + parts[-1])
        numbers = Numbers()
        yield replace(
            answer,
            notice=notice,
            status=_status(found),
            text="\n".join(parts),
            sentences=numbers.sentences(extracted.sentences),
            disagreements=numbers.disagreements(found),
            short=numbers.short(extracted.short),
        )

    def _generated(self, answer: Answer, hits: Sequence[Hit], model: LanguageModel, budget: Budget) -> Iterator[Event]:
        answer = replace(answer, engine="generative", system={**answer.system, "model": model.name})
        for part in generate(answer.standalone_question, hits, model, budget=budget):
            if isinstance(part, Generated):
                answer = replace(answer, usage=part.usage)
                if part.declined:
                    yield replace(answer, reason="The model found no answer to this in the passages it was given.")
                else:
                    yield replace(answer, status="answered", text=part.text, sentences=part.sentences)
            else:
                yield Delta(part)

    def close(self) -> None:
        """Give up the library and the model's connection."""
        if isinstance(self._model, OpenAIModel):
            self._model.close()
        self.store.close()


def open_engine(config: Config, *, thorough: bool = True) -> Engine:
    """Open the library that the settings name, for this process alone, and everything that answers from it.

    `thorough` proves the indexes before they are used (in the background); else a look at their files must do.
    """
    store = open_store(config.library, config.index, config.ingest, thorough=thorough)
    model = OpenAIModel(config.llm) if config.has_model and config.qa.engine != "extractive" else None
    return Engine(store, config.qa, model, open_reader(READER_FOLDER) if config.reader.model else None)


def _status(found: Sequence[Disagreement]) -> Literal["answered", "conflicting"]:
    return "conflicting" if any(one.kind == "conflict" for one in found) else "answered"


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
