"""Stories in the library: brought up to date, the same in whatever order articles came, whole after a kill."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import article

import index.stories
from index.library import Library
from index.stories import Stories
from ingest.documents import Article


def prose(words: int, seed: int) -> list[str]:
    """Words of nobody's language."""
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list("abdegiklmnoprstu"), 6)) for _ in range(words)]


def made(name: str, words: Sequence[str], day: int, outlet: str = "Post") -> Article:
    return article(name, " ".join(words), outlet=outlet, published=date(2025, 5, day))


FERRY, MILL = prose(200, 1), prose(200, 2)
WIRE = made("wire", FERRY, 1)
LED = made("led", prose(30, 3) + FERRY[30:], 2)
TRIMMED = made("trimmed", FERRY[:100], 3)
OTHER = made("other", MILL, 1)
COPIED = made("copied", MILL, 2)
ALONE = made("alone", prose(200, 5), 1)
WORDLESS = made("wordless", ["!"], 1)
ALL = (WIRE, LED, TRIMMED, OTHER, COPIED, ALONE, WORDLESS)
STORIES = {WIRE.id: {LED.id, TRIMMED.id}, OTHER.id: {COPIED.id}}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    yield library
    library.close()


def put(library: Library, *articles: Article) -> None:
    library.stage(articles, [], np.zeros((0, 1), np.float32))
    library.make_live(articles)


def others(stories: Stories) -> dict[str, set[str]]:
    """The members of every story but its origin, which stands first."""
    found = stories.members()
    assert all(members[0] == origin for origin, members in found.items())
    return {origin: set(members[1:]) for origin, members in found.items()}


def test_copies_become_stories_with_their_origin_first(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    assert stories.update() == len(ALL)
    assert others(stories) == STORIES
    assert stories.story_of(TRIMMED.id) == [WIRE.id, LED.id]
    assert set(stories.story_of(WIRE.id)) == {LED.id, TRIMMED.id}
    assert stories.story_of(ALONE.id) == stories.story_of(WORDLESS.id) == stories.story_of("no such") == []


def test_a_library_without_articles_has_no_stories(library: Library) -> None:
    stories = Stories(library)
    assert (stories.update(), stories.members()) == (0, {})


def test_a_second_update_finds_nothing_to_do(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    stories.update()
    before = content(library)
    assert stories.update() == 0
    assert content(library) == before


def content(library: Library) -> list[list[tuple[object, ...]]]:
    return [library.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("signatures", "near", "stories")]


def test_articles_that_are_gone_leave_their_story(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    stories.update()
    library.remove([WIRE.id, COPIED.id])
    assert stories.update() == 2
    assert others(stories) == {LED.id: {TRIMMED.id}}
    assert not any(WIRE.id in row or COPIED.id in row for table in content(library) for row in table)


def test_a_changed_article_is_judged_anew(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    stories.update()
    put(library, made("copied", prose(200, 6), 2), made("alone", FERRY, 9))
    assert stories.update() == 2
    assert others(stories) == {WIRE.id: {LED.id, TRIMMED.id, ALONE.id}}


def test_a_change_of_date_alone_may_make_another_the_origin(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    stories.update()
    put(library, made("copied", MILL, 2), made("other", MILL, 3))
    assert stories.update() == 1
    assert stories.story_of(OTHER.id) == [COPIED.id]
    assert COPIED.id in stories.members()


def test_a_chain_is_no_story(library: Library) -> None:
    """The first is near the second and the second near the third, but first and third share nothing."""
    words = prose(400, 7)
    first, second, third = made("a", words[:200], 1), made("b", words[60:260], 2), made("c", words[130:330], 3)
    put(library, first, second, third)
    stories = Stories(library)
    stories.update()
    assert near(library) == {tuple(sorted((first.id, second.id))), tuple(sorted((second.id, third.id)))}
    assert others(stories) == {first.id: {second.id}}


def near(library: Library) -> set[tuple[str, str]]:
    return set(library.rows("SELECT one, other FROM near"))


def test_a_copy_unlike_the_origin_belongs_to_the_story_if_it_is_like_most(library: Library) -> None:
    words = prose(300, 9)
    first, last = made("a", words[:100], 1), made("z", prose(80, 10) + words[80:], 9)
    middle = [made(f"m{place}", words[: 290 + place], place + 2) for place in range(3)]
    put(library, first, *middle, last)
    stories = Stories(library)
    stories.update()
    assert tuple(sorted((first.id, last.id))) not in near(library)
    assert others(stories) == {first.id: {last.id, *(one.id for one in middle)}}


def test_what_is_left_of_a_chain_makes_a_story_of_its_own(library: Library) -> None:
    words = prose(600, 8)
    pieces = [made(str(place), words[70 * place : 70 * place + 200], place + 1) for place in range(4)]
    put(library, *pieces)
    stories = Stories(library)
    stories.update()
    assert others(stories) == {pieces[0].id: {pieces[1].id}, pieces[2].id: {pieces[3].id}}


@settings(max_examples=20, deadline=None)
@given(st.permutations(ALL), st.sets(st.integers(1, len(ALL) - 1)), st.sets(st.sampled_from(ALL)))
def test_the_order_in_which_articles_came_makes_no_difference(
    order: list[Article], stops: set[int], early: set[Article]
) -> None:
    """In any order, with updates in between, some in an older version at first."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        stories = Stories(library)
        for place, one in enumerate(order):
            put(library, made(one.origin, FERRY[:90], 9) if one in early else one)
            if place in stops:
                stories.update()
        put(library, *early)
        stories.update()
        assert others(stories) == STORIES
        library.close()


def test_an_update_that_is_stopped_is_completed_by_the_next(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after each of its portions in turn, and once more before the stories are written."""
    monkeypatch.setattr(index.stories, "IN_ONE_TRANSACTION", 2)
    put(library, *ALL)
    stories = Stories(library)

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    signed = []
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            stories.update(stop)
        signed.append(library.rows("SELECT count(*) FROM signatures")[0][0])
        assert stories.members() == {}
    assert signed == [2, 4, 6, 7]
    assert stories.update() == 0
    assert others(stories) == STORIES


def test_a_removal_that_was_not_followed_by_grouping_is_completed_by_the_next(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    stories.update()
    library.remove([OTHER.id])
    library.rows("INSERT OR REPLACE INTO meta VALUES ('stories_grouping', 'due')")  # as a kill leaves it
    library.rows("DELETE FROM near WHERE one = ? OR other = ?", (OTHER.id, OTHER.id))
    library.rows("DELETE FROM signatures WHERE article = ?", (OTHER.id,))
    assert stories.update() == 0
    assert others(stories) == {WIRE.id: {LED.id, TRIMMED.id}}


def test_other_rules_judge_all_anew(library: Library) -> None:
    put(library, *ALL)
    stories = Stories(library)
    stories.update()
    library.rows("UPDATE signatures SET signature = x'00'")  # as other rules might have made them
    library.set_meta("stories_rules", "0")
    assert stories.update() == len(ALL)
    assert others(stories) == STORIES


def test_progress_is_told(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.stories, "IN_ONE_TRANSACTION", 3)
    put(library, *ALL)
    told: list[tuple[int, int]] = []
    Stories(library).update(lambda done, of: told.append((done, of)))
    assert told == [(3, 7), (6, 7), (7, 7)]


def test_with_nothing_to_do_no_library_for_signatures_is_loaded(library: Library, tmp_path: Path) -> None:
    put(library, *ALL)
    Stories(library).update()
    program = """
import sys
from pathlib import Path
from index.library import Library
from index.stories import Stories
library = Library(Path(sys.argv[1]))
print(Stories(library).update(), len(Stories(library).members()), "datasketch" in sys.modules)
library.close()
"""
    command = (sys.executable, "-c", program, str(tmp_path))
    root = Path(__file__).parent.parent
    ended = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert (ended.stdout, ended.stderr) == ("0 2 False\n", "")
