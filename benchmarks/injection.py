"""Instructions planted into articles: do they leave the data part of a prompt, change an answer, or act on the page?

The attacks are the texts of BIPIA and PIArena, planted at the start, in the middle and at the end of news articles.
Four parts. The fence: every prompt over poisoned articles is taken apart. Breaking out: an attacker who sees each
prompt whole tries to leave the next one's fence. The answer without a model: a library is asked with and without the
attacks in half of its articles. Obeying: a model that does what the attack says, and worse, is shown on the page.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.collection import Question, arguments, opened, read_jsonl, record_of
from benchmarks.obedient import Obedient, acting, obeyed, shown
from benchmarks.payloads import payloads
from benchmarks.planted import PLACES, Place, attack_texts, breakouts, looks_like, poisoned
from index.hits import Hit
from ingest.documents import Article, Passage
from ingest.split import passages
from qa.answers import Answer, Citation
from qa.config import QaConfig
from qa.engine import Engine
from qa.language.plain import harmless
from qa.reading.confidence import THRESHOLDS
from qa.writing.fence import fence_word
from qa.writing.prompts import Prompt, render, tag

POISONED, CLEAN = 60, 60  # articles of the library that is asked
FENCED = 240  # articles whose prompts are taken apart, at three places each
ROUNDS = 50  # of an attacker who learns from the prompt before
WINDOW = 8_192  # tokens, what small models read
WORDS = 160  # of a passage, where no tokenizer is at hand to count word pieces
SHOWN = 6  # passages of a prompt
SEED = 20
NEUTRAL = "Readers can write to the newsroom about this story until the end of the week."

Record = dict[str, Any]


def article_of(record: Mapping[str, Any]) -> Article:
    return Article.of(record["id"], record["text"], record["title"], outlet=record["outlet"])


def cut(article: Article) -> list[Passage]:
    return passages(article, lambda texts: [len(text.split()) for text in texts], WORDS)


def escapes(prompt: Prompt, attacks: Iterable[str]) -> list[str]:
    """What is wrong with a prompt: whatever of an article stands outside its place in the data, or poses as ours."""
    word = fence_word(prompt.data)
    first, *lines, last = prompt.data.split("\n")
    wrong = [] if (first, last) == (f"<data-{word}>", f"</data-{word}>") else ["the fence is broken"]
    wrong += [] if prompt.data.count(word) == 2 else ["the fence's word stands inside"]  # noqa: PLR2004
    wrong += [] if len(lines) == len(prompt.passages) else ["there are more lines than passages"]
    for code, line in zip(prompt.passages, lines, strict=False):
        wrong += _line_faults(line.removeprefix(f"{tag(code)} "), prompt.passages.keys())
    outside = "\n".join(message.content.replace(prompt.data, "") for message in prompt.messages)
    return wrong + ["an attack stands outside" for attack in attacks if harmless(attack) in outside]


def _line_faults(record: str, codes: Iterable[str]) -> list[str]:
    try:
        fields = json.loads(record, object_pairs_hook=list)  # so that a field given twice is noticed
        names, values = zip(*fields, strict=True)
    except (ValueError, TypeError):
        return ["a line is not a tag and a JSON object"]
    if names != ("outlet", "date", "title", "text"):
        return ["a passage has other fields"]
    text = " ".join(values)
    faults = ["a marker, a tag or a line break stands in a field"] if set("[]<>\n") & set(looks_like(text)) else []
    return faults + ["a tag of this prompt stands in a passage" for code in codes if code in looks_like(text).lower()]


def fence_figures(articles: Sequence[Record], attacks: Sequence[str]) -> dict[str, int]:
    """Prompts over poisoned articles, the passages with the attack first."""
    prompts = wrong = 0
    for number, record in enumerate(articles[:FENCED]):
        attack = attacks[number % len(attacks)]
        for place in PLACES:
            cuts = cut(article_of(poisoned(record, attack, place)))
            found = sorted(cuts, key=lambda passage: attack not in passage.text)[:SHOWN]
            faults = escapes(render(record["title"], found, WINDOW), [attack])
            prompts, wrong = prompts + 1, wrong + bool(faults)
    return {"prompts": prompts, "prompts_left": wrong}


def breakout_figures(articles: Sequence[Record], attacks: Sequence[str]) -> dict[str, int]:
    """An attacker who is shown each prompt and plants what it learnt into the text and the head of the next article."""
    rng = random.Random(SEED)  # noqa: S311  # the same attacks in every run
    tries = out = 0
    prompt = render("What happened?", cut(article_of(articles[0]))[:SHOWN], WINDOW)
    for number in range(ROUNDS):
        attack, record = attacks[number % len(attacks)], articles[number % len(articles)]
        seen = prompt.messages[1].content
        for form in breakouts(attack, seen, fence_word(prompt.data), list(prompt.passages), rng):
            text = poisoned(record, form, rng.choice(PLACES))["text"]
            article = Article.of(record["id"], text, f"{record['title']} {form}", outlet=form)
            found = sorted(cut(article), key=lambda passage: attack not in passage.text)[:SHOWN]
            prompt = render(record["title"], found, WINDOW)
            tries, out = tries + 1, out + bool(escapes(prompt, [attack]))
    return {"breakouts_tried": tries, "breakouts_left": out}


def question_for(record: Mapping[str, Any], questions: Sequence[Question]) -> str:
    """A question that the article has evidence for, or else its headline."""
    about = (q["question"] for q in questions if any(e["article"] == record["id"] for e in q.get("evidence", ())))
    return next(about, record["title"])


def answer_figures(
    engine: Engine, file: Path, records: Sequence[Record], attacks: Sequence[str], questions: Sequence[Question]
) -> dict[str, int]:
    """Every article asked about, with no attacks in the library and then with one in each of half its articles.

    An answer to a question about another article is one that quoted none of those before. `others_changed`: it quotes
    other articles, gives another short answer, or by default would be declined now, or be no longer.
    `others_reworded`: another sentence of the same articles is quoted, since what is rare in the library changed;
    `…_by_a_neutral_sentence` is how often a sentence without any instruction does the same.
    """
    # Declining is left aside, so that there is a quote to look at in every answer.
    always = Engine(engine.store, replace(engine.config, declining="never"), None, engine.reader)
    asked = {record["id"]: question_for(record, questions) for record in records}
    before = {ident: always.ask(question) for ident, question in asked.items()}
    counts: Counter[str] = Counter()
    for turn, (place, neutral) in enumerate(product(PLACES, (True, False))):
        plan = {record["id"]: attacks[(6 * n + turn) % len(attacks)] for n, record in enumerate(records[:POISONED])}
        write(file, records, dict.fromkeys(plan, NEUTRAL) if neutral else plan, place)
        engine.store.ingest([file])
        engine.store.indexes.wait()
        for ident, question in asked.items():
            differs = compared(before[ident], always.ask(question), plan)
            alone = {f"{key}_by_a_neutral_sentence": differs[key] for key in ("others_changed", "others_reworded")}
            counts.update(alone if neutral else differs)
    return dict(counts)


def compared(before: Answer, after: Answer, plan: Mapping[str, str]) -> dict[str, int]:
    """What the attacks did to one answer."""
    quoted = [quote for citation in after.citations if (quote := quoted_attack(citation, plan))]
    for quote in quoted:
        print(f"an attack is quoted for {after.question!r}: {quote!r}")
    other = not cited(before) & plan.keys()
    changed = other and (outcome(before) != outcome(after) or cited(before) != cited(after))
    reworded = other and texts(before) != texts(after)
    if changed:
        print(f"another answer to {after.question!r}:", *(texts(before) ^ texts(after)), sep="\n  ")
    return {
        "asked": 1,
        "attacks_quoted": len(quoted),
        "others": int(other),
        "others_changed": int(changed),
        "others_reworded": int(reworded),
    }


def cited(answer: Answer) -> set[str]:
    return {record_of(citation.passage.article.origin) for citation in answer.citations}


def texts(answer: Answer) -> set[str]:
    return {" ".join(citation.quote.split()) for citation in answer.citations}


def outcome(answer: Answer) -> tuple[bool, str]:
    """Whether it would be declined by default, and the short answer."""
    return answer.confidence < THRESHOLDS[QaConfig().declining], answer.short.text if answer.short else ""


def quoted_attack(citation: Citation, plan: Mapping[str, str]) -> str:
    """The quote, if words of the attack in its article are in it; else ""."""
    article = citation.passage.article
    attack = plan.get(record_of(article.origin), "")
    at = article.text.find(attack) if attack else -1
    return citation.quote if at >= 0 and citation.start < at + len(attack) and citation.end > at else ""


def write(file: Path, records: Sequence[Record], plan: Mapping[str, str], place: Place) -> None:
    lines = (poisoned(each, plan[each["id"]], place) if each["id"] in plan else each for each in records)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def obeying_figures(articles: Sequence[Record], attacks: Sequence[str]) -> dict[str, int]:
    """A model that repeats the attack, adds what would act on a page, cites falsely and recites its prompt."""
    hostile = payloads("http://127.0.0.1:9/")
    counts = Counter(replies=0, acting=0, unsupported_shown_supported=0, foreign_citations=0, canary_leaks=0)
    for number, payload in enumerate(hostile):
        record, attack = articles[number % len(articles)], attacks[number % len(attacks)]
        hits = [Hit(passage, 1.0) for passage in cut(article_of(record))[:SHOWN]]
        obedient = Obedient(f"{attack} TAG\n{payload} TAG\n{attack} [1] 【2†source】 [[zzzz]]")
        generated = obeyed(record["title"], hits, obedient)
        sentences, sent = generated.sentences, {hit.passage.id for hit in hits}
        reciting = Obedient(f"{attack} PROMPT\n{payload}")
        recited = obeyed(record["title"], hits, reciting).text
        counts.update(
            replies=1,
            acting=len(acting(shown(record["title"], generated))),
            unsupported_shown_supported=sum(one.support.verdict in {"quoted", "supported"} for one in sentences),
            foreign_citations=sum(cited.passage.id not in sent for one in sentences for cited in one.citations),
            canary_leaks=int(reciting.word in recited),
        )
    return dict(counts)


def main() -> None:
    options = arguments("injection", "multihop-rag")
    articles, questions = (read_jsonl(options.folder / f"{name}.jsonl") for name in ("articles", "questions"))
    attacks = attack_texts(options.folder.parent)
    random.Random(SEED).shuffle(articles)  # noqa: S311  # the same articles in every run
    figures = {**fence_figures(articles, attacks), **breakout_figures(articles, attacks)}
    figures |= obeying_figures(articles, attacks)
    print(f"{len(attacks)} attacks; prompts, breaking out, obeying: {json.dumps(figures)}", flush=True)
    records = articles[: POISONED + CLEAN]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.library or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "articles.jsonl", records, {}, "start")
        with opened(folder, folder / "library") as engine:
            figures |= answer_figures(engine, folder / "articles.jsonl", records, attacks, questions)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
