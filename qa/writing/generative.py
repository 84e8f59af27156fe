"""An answer by a language model: streamed, with every marker resolved and every sentence looked at."""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from index.hits import Hit
from qa.answers import Disagreement, Sentence, Usage
from qa.checking.citations import MarkerParser
from qa.checking.support import check as check_support
from qa.model.budget import Budget
from qa.model.faults import ModelError
from qa.model.llm import LanguageModel
from qa.model.messages import Completion
from qa.numbering import numbered
from qa.writing.differs import Aside
from qa.writing.fence import fence_word
from qa.writing.marked import Check, Marked
from qa.writing.output import OutputFilter
from qa.writing.prompts import Prompt, abstains, may_abstain, render
from qa.writing.repair import repaired
from qa.writing.sides import told, united
from qa.writing.window import tokens


@dataclass(frozen=True, slots=True)
class Generated:
    """A whole reply. `text` is what was shown, markers as `[n]`; empty if the model declined.

    `unverified` counts the markers that name no passage, `dropped` the versions of a disagreement that stand in no
    passage the model named for them. `repaired`: some sentences got their citations by a second call, and `text`
    differs from what was shown in their markers, and in nothing else. `leaks` counts what it repeated of the prompt and
    was taken out. `cut`: the reply was longer than one may be.
    """

    sentences: tuple[Sentence, ...]
    text: str
    declined: bool
    usage: Usage
    unverified: int = 0
    disagreements: tuple[Disagreement, ...] = ()
    dropped: int = 0
    repaired: bool = False
    leaks: int = 0
    cut: bool = False

    @property
    def notice(self) -> str:
        """What a reader should know of how it was made, in sentences; mostly nothing."""
        told = (
            (self.repaired, "Citations were repaired: a second call named passages for sentences that had none."),
            (self.dropped == 1, "One version that the model gave stands in no source it named, and is left out."),
            (self.dropped > 1, f"{self.dropped} versions that the model gave stand in no source, and are left out."),
            (self.leaks > 0, "The model repeated words of its prompt, which were taken out."),
            (self.cut, "The reply was longer than an answer may be, and is cut off."),
        )
        return " ".join(sentence for holds, sentence in told if holds)


def generate(  # noqa: PLR0913  # all that an answer is written from
    question: str,
    hits: Sequence[Hit],
    model: LanguageModel,
    *,
    budget: Budget | None = None,
    found: Sequence[Disagreement] = (),
    check: Check = check_support,
    source: random.Random | None = None,
) -> Iterator[str | Generated]:
    """Yield the answer's text as it can be shown, and at the end the answer as data.

    One call to the model; a second one, at most, either with half the passages if they are too long for it, or for
    the citations that sentences lack. `found` are disagreements found without the model; those that it names are
    added. `check` judges each sentence, `source` draws what marks the passages (None: nobody can guess it). ModelError
    where there is no whole reply, with what was shown so far as its `partial`. ValueError without hits: a bare question
    is never sent.
    """
    budget = budget or model.budget()
    prompt = render(question, [hit.passage for hit in hits], model.window, source)
    try:
        reply = yield from _streamed(prompt, model, budget)
    except ModelError as error:
        if error.kind != "context" or error.partial or not budget.can_ask:
            raise
        prompt = _halved(question, prompt)
        reply = yield from _streamed(prompt, model, budget)
    if reply.declined:
        yield Generated((), "", declined=True, usage=budget.usage, unverified=reply.marked.unverified)
        return
    if not reply.marked.spans:
        raise ModelError("the model replied with markers and no words", hint="ask again", kind="empty")
    better = repaired(reply.marked, prompt, model, budget)
    answer = _judged(reply, better, check, budget.usage)
    named = told(reply.differing, question, prompt.passages, hits)
    differing = numbered(united(found, named.found), answer.sentences)
    yield replace(answer, disagreements=differing, dropped=named.dropped)


def _halved(question: str, prompt: Prompt) -> Prompt:
    """A prompt with the better half of the passages, or with half of the only one."""
    return render(question, tuple(prompt.passages.values()), prompt.tokens - tokens(prompt.data) // 2)


def _streamed(prompt: Prompt, model: LanguageModel, budget: Budget) -> Generator[str, None, _Reply]:
    """Yield a reply as it can be shown; return it whole."""
    reply = _Reply(prompt)
    budget.ask()
    try:
        for part in model.stream(prompt.messages, budget):
            if isinstance(part, Completion):
                budget.count(part)
            else:
                yield from reply.feed(part)
        yield from reply.finish()
    except ModelError as error:
        error.partial = reply.text
        raise
    return reply


def _judged(reply: _Reply, better: Marked | None, check: Check, usage: Usage) -> Generated:
    """The reply as data, or its words with better markers."""
    marked = better or reply.marked
    return Generated(
        tuple(marked.judged(reply.passages, check)),
        better.written() if better else reply.text,
        declined=False,
        usage=usage,
        unverified=marked.unverified,
        repaired=better is not None,
        leaks=reply.leaks,
        cut=reply.cut,
    )


class _Reply:
    """A reply and what a reader has been shown of it, held back as long as it may still turn out to decline.

    It is reduced to what may be shown, then rid of the lines that are for us, and then its markers are read.
    """

    def __init__(self, prompt: Prompt) -> None:
        self.passages = prompt.passages
        self._output = OutputFilter((fence_word(prompt.data),))
        self._aside = Aside()
        self._parser = MarkerParser(prompt.passages.keys())
        self._held = ""
        self._open = False
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        """What was shown."""
        return "".join(self._parts).strip()

    @property
    def marked(self) -> Marked:
        return Marked(self._parser.plain, self._parser.marks)

    @property
    def differing(self) -> tuple[str, ...]:
        """What it says, for us, of sources that differ."""
        return self._aside.lines

    @property
    def cut(self) -> bool:
        return self._output.cut

    @property
    def leaks(self) -> int:
        return self._output.leaks

    @property
    def declined(self) -> bool:
        return abstains(self._parser.plain) and not any(mark.code for mark in self._parser.marks)

    def feed(self, delta: str) -> Iterator[str]:
        yield from self._show(self._parser.feed(self._aside.feed(self._output.feed(delta))))

    def finish(self) -> Iterator[str]:
        rest = self._aside.feed(self._output.finish()) + self._aside.finish()
        yield from self._show(self._parser.feed(rest) + self._parser.finish())
        if not self.declined:
            self._open = True
            yield from self._show("")

    def _show(self, text: str) -> Iterator[str]:
        self._held += text
        cited = any(mark.code for mark in self._parser.marks)
        self._open = self._open or cited or not may_abstain(self._held)
        if self._open and self._held:
            shown, self._held = self._held, ""
            self._parts.append(shown)
            yield shown
