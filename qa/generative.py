"""An answer by a language model: streamed, with every marker resolved and every sentence looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.hits import Hit
from ingest.documents import Passage
from ingest.split import sentences
from qa.answers import Citation, Sentence, Support, Usage
from qa.budget import Budget
from qa.citations import Mark, MarkerParser
from qa.faults import ModelError
from qa.llm import LanguageModel
from qa.messages import Completion
from qa.plain import plain
from qa.prompts import BUDGET_CHARS, Prompt, abstains, may_abstain, render
from qa.quotes import choose
from qa.support import check


@dataclass(frozen=True, slots=True)
class Generated:
    """A whole reply. `text` is what was shown, markers as `[n]`; empty if the model declined.

    `unverified` counts the markers that name no passage.
    """

    sentences: tuple[Sentence, ...]
    text: str
    declined: bool
    usage: Usage
    unverified: int = 0


def generate(
    question: str,
    hits: Sequence[Hit],
    model: LanguageModel,
    *,
    budget: Budget | None = None,
    budget_chars: int = BUDGET_CHARS,
) -> Iterator[str | Generated]:
    """Yield the answer's text as it can be shown, and at the end the answer as data.

    One call to the model; a second one with half the passages if they are too long for it. ModelError
    where there is no whole reply, with what was shown so far as its `partial`. ValueError without hits:
    a bare question is never sent.
    """
    passages = [hit.passage for hit in hits]
    prompt = render(question, passages, budget_chars=budget_chars)
    budget = budget or model.budget()
    try:
        yield from _answer(prompt, model, budget)
    except ModelError as error:
        if error.kind != "context" or error.partial or not budget.allows(0):
            raise
    else:
        return
    yield from _answer(_halved(question, prompt), model, budget)


def _halved(question: str, prompt: Prompt) -> Prompt:
    """A prompt with the better half of the passages, or with half of the only one."""
    passages = list(prompt.passages.values())
    length = sum(passage.end - passage.start for passage in passages)
    if len(passages) == 1:
        return render(question, passages, budget_chars=length // 2)
    return render(question, passages[: (len(passages) + 1) // 2], budget_chars=length)


def _answer(prompt: Prompt, model: LanguageModel, budget: Budget) -> Iterator[str | Generated]:
    reply = _Shown(prompt)
    completion = Completion()
    try:
        for part in model.stream(prompt.messages, budget):
            if isinstance(part, Completion):
                completion = part
            else:
                yield from reply.feed(part)
        yield from reply.finish()
    except ModelError as error:
        error.partial = reply.text
        raise
    usage = Usage(budget.calls_made, completion.prompt_tokens, completion.completion_tokens)
    yield reply.judged(usage)


class _Shown:
    """What a reader has been shown of a reply, held back as long as it may still turn out to decline."""

    def __init__(self, prompt: Prompt) -> None:
        self._passages = prompt.passages
        self._parser = MarkerParser(prompt.passages.keys())
        self._held = ""
        self._open = False
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts).strip()

    def feed(self, delta: str) -> Iterator[str]:
        yield from self._show(self._parser.feed(plain(delta)))

    def finish(self) -> Iterator[str]:
        yield from self._show(self._parser.finish())
        if not self._declined:
            self._open = True
            yield from self._show("")

    def judged(self, usage: Usage) -> Generated:
        """The reply as data."""
        if self._declined:
            return Generated((), "", declined=True, usage=usage, unverified=self._unverified)
        judged = tuple(_sentences(self._parser.plain, self._parser.marks, self._passages))
        if not judged:
            raise ModelError("the model replied with markers and no words", hint="ask again", kind="empty")
        return Generated(judged, self.text, declined=False, usage=usage, unverified=self._unverified)

    @property
    def _declined(self) -> bool:
        return abstains(self._parser.plain) and not any(mark.code for mark in self._parser.marks)

    @property
    def _unverified(self) -> int:
        return sum(1 for mark in self._parser.marks if not mark.code)

    def _show(self, text: str) -> Iterator[str]:
        self._held += text
        cited = any(mark.code for mark in self._parser.marks)
        self._open = self._open or cited or not may_abstain(self._held)
        if self._open and self._held:
            shown, self._held = self._held, ""
            self._parts.append(shown)
            yield shown


def _sentences(text: str, marks: Sequence[Mark], passages: Mapping[str, Passage]) -> Iterator[Sentence]:
    """Cut the reply into sentences, each with its citations and what code can say of them."""
    spans = sentences(text)
    owned: dict[int, list[Mark]] = {}
    for mark in marks:
        owned.setdefault(_owner(mark.at, spans, text), []).append(mark)
    for place, (start, end) in enumerate(spans):
        yield _sentence(text[start:end], owned.get(place, []), passages)


def _owner(at: int, spans: Sequence[tuple[int, int]], text: str) -> int:
    """The sentence that a marker belongs to: the one before it, or the one it opens a line with."""
    before = sum(1 for start, _ in spans if start < at)
    opens_line = text[:at].endswith("\n") and not text[at:].startswith("\n") and before < len(spans)
    return before if opens_line else max(before - 1, 0)


def _sentence(text: str, marks: Sequence[Mark], passages: Mapping[str, Passage]) -> Sentence:
    named = {mark.code: mark.number for mark in marks if mark.code}
    citations = tuple(Citation(number, passages[code], *choose(text, passages[code])) for code, number in named.items())
    unverified = tuple(mark.raw for mark in marks if not mark.code)
    support = check(text, citations)
    if unverified and not citations:
        support = Support("not checked", ("its marker names no passage",))
    return Sentence(text, citations, support, unverified=unverified)
