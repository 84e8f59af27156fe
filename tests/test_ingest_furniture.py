"""Lines that are not the article go; lines that merely speak of such things stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.furniture import furniture

BODY = "The ferry stopped on Monday.\nIt had run for a century."


def taken(text):
    return [text[start:end] for start, end in furniture(text)]


@pytest.mark.parametrize(
    "line",
    [
        "What's Your Reaction?",
        "What’s your reaction?",
        "Share this article",
        "Share on Facebook",
        "Share this story via Email",
        "Facebook Twitter WhatsApp",
        "Facebook | X | Email | Print",
        "Advertisement",
        "Story continues below advertisement",
        "Skip to main content",
        "Continue reading…",
        "Read more",
        "Read more: How the ferry was built",
        "Related: A century on the water",
        "RELATED STORIES",
        "You may also like",
        "Tags: ferry, river, transport",
        "12 comments",
        "View all comments",
        "Comments (12)",
        "5 min read",
        "Save this article",
        "Sponsored content",
        "Next story",
        "More on this story",
        "Recommended articles",
        "© 2025 The Pebble Gazette. All rights reserved. Do not reproduce without permission.",
        "Copyright © 2025 Pebble Media Ltd.",
        "(c) 2025 Pebble Gazette",
        "All rights reserved.",
        "https://example.com/ferry",
        "Source: https://example.com/ferry",
    ],
)
def test_furniture_is_taken_anywhere(line):
    assert taken(f"{BODY}\n{line}\nThe captain wept.") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to our newsletter",
        "Sign up for The Pebble Gazette's daily e-mail.",
        "Follow us on Instagram",
        "Get the day's news in your inbox. Join our newsletter.",
        "We use cookies to improve your visit.",
        "By continuing to use this site you agree to our cookies.",
        "Accept all cookies",
        "Privacy policy",
        "This material may not be published or rewritten without permission.",
    ],
)
def test_furniture_of_the_edges_is_taken_at_the_edges_only(line):
    assert taken(f"{BODY}\n{line}") == [line]
    assert taken(f"{line}\n{BODY}") == [line]
    assert taken(f"{BODY}\n{line}\nThe captain wept.") == []


def test_several_lines_at_the_end_go_together():
    text = f"{BODY}\n\nShare on X\nSubscribe to our newsletter\n© 2025 The Pebble Gazette"
    assert taken(text) == ["Share on X", "Subscribe to our newsletter", "© 2025 The Pebble Gazette"]


def test_the_buttons_below_the_reaction_widget_go_with_it():
    assert taken(f"{BODY}\nWhat's Your Reaction?\n\nLike\n3\nAngry 0\nNot a button.") == [
        "What's Your Reaction?", "Like", "3", "Angry 0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "He asked: what's your reaction? Nobody spoke.",
        "Share prices fell on Monday.",
        "She shared this article on Facebook and was dismissed.",
        "The site uses cookies to follow people, and we use them too, the minister said, but not for long.",
        "The firm said that all rights reserved to the state would pass to it.",
        "Copyright law is older than the ferry.",
        "Related offences rose by a tenth.",
        "Read more books, the librarian said.",
        "Get the vaccine today, the ministry said.",
        "Join the army now, the poster said.",
        "Twitter was fined, and Facebook too.",
        "Like a storm",
        "Save this article for the grandchildren, she said.",
        "The next story is a short one",
        "Comments were made.",
        "Tags: they are everywhere. Nobody reads them.",
    ],
)
def test_a_sentence_that_mentions_furniture_stays(line):
    assert taken(f"{BODY}\n{line}") == []
    assert taken(f"{line}\n{BODY}") == []


def test_a_list_of_keywords_below_the_title_goes():
    text = f"Ferry stops on the Lune\nferry, Lune, Harbour Office, river traffic\n\n{BODY}"
    assert taken(text) == ["ferry, Lune, Harbour Office, river traffic"]


@pytest.mark.parametrize(
    "line",
    [
        "By Ana Verde, Bo Li, Luis Gil",
        "Ana Verde, Bo Li, Luis Gil",
        "ferry, Lune, and what the harbour office has to say about them",
        "Lune, ferry, harbour: what now?",
        "LUNE, Monday, May 6, 2024",
        "The ferry, the bus",
    ],
)
def test_other_lines_below_the_title_stay(line):
    assert taken(f"Ferry stops on the Lune\n{line}\n\n{BODY}") == []


def test_a_copyright_notice_behind_the_last_sentence_goes():
    notice = "© 2025 The Pebble Gazette. All rights reserved. Do not reproduce without permission."
    assert taken(f"{BODY} {notice}") == [notice]
    assert taken(f"{BODY} {notice}\nMore of it.") == []


def test_nothing_from_nothing():
    assert furniture("") == furniture(" \n\n ") == []


@settings(deadline=None)
@given(st.text(), st.sampled_from(["Advertisement", "Share on X", "© 2025 Post"]), st.text())
def test_spans_are_ordered_and_apart(before, line, after):
    place = 0
    for start, end in furniture(f"{before}\n{line}\n{after}"):
        assert place <= start < end
        place = end
