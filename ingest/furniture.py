"""Lines of a text that are not the article: share buttons, cookie notices, copyright lines. Pure.

Conservative on purpose: a whole line must be furniture, word for word of a known kind. A line kept by mistake costs
a little; a sentence of the article taken away can no longer be found or cited.
"""

import re

from ingest.paragraphs import Span, lines

LONGEST = 300  # characters; furniture is short, and a longer line is a paragraph that mentions these things

NETWORK = (
    r"(?:facebook|twitter|x|whats ?app|linked ?in|reddit|telegram|pinterest|e-?mail|print|copy(?: link)?"
    r"|tumblr|flipboard|threads|blue ?sky|messenger|sms|pocket|instagram|you ?tube|tik ?tok)"
)
BETWEEN = r"(?:[\s|,/·•+]|\bor\b|\band\b)+"

# Furniture wherever it stands.
ANYWHERE = re.compile(
    rf"""what's\ your\ reaction\??
    | (?:click\ to\ )? (?:share|tweet|e-?mail|print) (?:\ this)? (?:\ (?:article|story|post|page|news))?
        (?:\ (?:on|via|with|to|by)\ {NETWORK} (?:{BETWEEN}{NETWORK})*)? \s*:?
    | {NETWORK} (?:{BETWEEN}{NETWORK})+
    | advertis(?:ing|ement)s? | (?:story|article)\ continues\ below.{{0,30}}
    | scroll\ (?:down\ )?to\ continue.{{0,30}}
    | skip\ to\ (?:main\ )?content | back\ to\ top | continue\ reading\W* | read\ (?:more|less|the\ full\ story)\W*
    | load(?:ing)?\ more\W* | leave\ a\ (?:comment|reply) | \d+\ (?:comments?|shares?)
    | listen\ to\ this\ article.{{0,20}} | (?:save|bookmark|gift|report)\ this\ (?:article|story|post|page)
    | (?:view|show|hide|post|add|see)\ (?:a\ |all\ )?comments? | comments?\ \(\d+\) | \d+\ min(?:ute)?s?\ read
    | (?:sponsored|promoted)(?:\ (?:content|stories|links))? | paid\ (?:content|post)
    | (?:next|previous)\ (?:article|story|post) | more\ (?:on\ this\ story|stories|like\ this)
    | recommended\ (?:articles?|stories|reading) | related\ topics\W*
    | (?:tags?|keywords?|filed\ under|categories) \s*: [^.!?]+
    | (?:read\ (?:more|also|next)|also\ read|see\ also
        |related(?:\ (?:articles?|stories|news|coverage|posts?))?) \s*: [^.]*
    | related\ (?:articles?|stories|news|coverage|posts?)
    | (?:you\ (?:may|might)\ also\ like|recommended\ for\ you).{{0,40}}
    | most\ (?:read|popular|viewed) | trending(?:\ now)?
    | (?:©|\(c\)\ ?\d{{4}}|copyright\ (?:©|\(c\)|\d{{4}})) .*
    | all\ rights\ reserved\b.*
    | (?:(?:source|url|link|original)\s*:\s*)?https?://\S+""",
    re.VERBOSE | re.IGNORECASE,
)

# Furniture at the top or the bottom; between paragraphs these may be an article about websites.
AT_EDGE = re.compile(
    r"""(?:subscribe|sign\ up|sign\ in|log\ in|join\ us|follow\ (?:us|our)|like\ us)\b
        (?=.*\b(?:newsletters?|inbox|alerts?|subscribers?|free|account|app|updates?|channel|whatsapp|telegram|facebook
        |twitter|instagram|youtube|e-?mails?|now|here|today|on|to)\b) [^"“”]*
    | (?:join|get\ (?:the|our)|don't\ miss|download|register|become\ a)\b
        (?=.*\b(?:newsletters?|inbox|subscribers?|subscription|our\ app|whatsapp\ channel)\b) [^"“”]*
    | (?:we|this\ (?:web)?site|our\ (?:web)?site)\b .{0,40} \buses?\ cookies\b.*
    | by\ (?:continuing|using|clicking|browsing)\b .* \b(?:cookies|privacy\ policy|terms)\b.*
    | (?:accept|reject|manage|allow)(?:\ all)?\ (?:cookies|preferences|choices)
    | (?:cookie|privacy)\ (?:policy|settings|preferences|notice|consent|statement)\b.{0,60}
    | terms\ (?:of\ (?:use|service)|and\ conditions|&\ conditions)\b.{0,60}
    | (?:please\ )?do\ not\ reproduce\b.*
    | this\ (?:material|article|content)\ may\ not\ be\ (?:published|reproduced|copied|republished)\b.*""",
    re.VERBOSE | re.IGNORECASE,
)

WIDGET = re.compile(r"what's your reaction\??", re.IGNORECASE)
REACTION = re.compile(r"(?:like|dislike|love|funny|angry|sad|wow|happy|haha|care)?\s*\d*", re.IGNORECASE)

# A copyright notice that stands behind the last sentence instead of on a line of its own.
LAST_WORDS = re.compile(
    r"(?<=\s)(?:©|\(c\)|copyright)\s*©?\s*\d{4}\b[^©\n]{0,80}\ball rights reserved\b[^©\n]{0,150}$", re.IGNORECASE
)


def furniture(text: str) -> list[Span]:
    r"""The spans of the lines that are not the article, in order.

    >>> furniture("He left.\n\nShare on Facebook")
    [(10, 27)]
    """
    spans = lines(text)
    short = [_plain(text, span) for span in spans]
    marked = {place for place, line in enumerate(short) if line and ANYWHERE.fullmatch(line)}
    marked |= _reactions(short, marked)
    marked |= _edge(short, marked, range(len(short))) | _edge(short, marked, range(len(short) - 1, -1, -1))
    if len(short) > 2 and 1 not in marked and _is_tag_line(short[0], short[1]):  # noqa: PLR2004
        marked.add(1)
    found = [spans[place] for place in sorted(marked)]
    if spans and len(spans) - 1 not in marked:
        found.extend(_last_words(text, spans[-1]))
    return found


def _plain(text: str, span: Span) -> str:
    """A line to match against the patterns, empty if it is too long to be furniture."""
    return text[span[0] : span[1]].replace("’", "'").replace("\xa0", " ") if span[1] - span[0] <= LONGEST else ""


def _reactions(short: list[str], marked: set[int]) -> set[int]:
    """The buttons below "What's your reaction?"."""
    found = set()
    for place in (place for place in marked if WIDGET.fullmatch(short[place])):
        button = place + 1
        while button < len(short) and short[button] and REACTION.fullmatch(short[button]):
            found.add(button)
            button += 1
    return found


def _edge(short: list[str], marked: set[int], order: range) -> set[int]:
    """From one end of the text inwards, as long as every line is furniture."""
    found = set()
    for place in order:
        if place not in marked and not AT_EDGE.fullmatch(short[place]):
            break
        found.add(place)
    return found


def _is_tag_line(title: str, line: str) -> bool:
    """A list of keywords below the title: three or more, short, without punctuation, one of them in the title."""
    tags = [tag.strip().lower() for tag in line.split(",")]
    plain = re.search(r"[.!?:;\"“”]|^by\b|\d{4}", line, re.IGNORECASE) is None
    brief = all(tag and len(tag) <= 40 and len(tag.split()) <= 4 for tag in tags)  # noqa: PLR2004
    return len(tags) > 2 and plain and brief and any(tag in title.lower() for tag in tags)  # noqa: PLR2004


def _last_words(text: str, span: Span) -> list[Span]:
    match = LAST_WORDS.search(text, max(span[0], span[1] - LONGEST), span[1])
    return [match.span()] if match else []
