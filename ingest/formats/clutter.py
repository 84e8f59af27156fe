"""The parts of a web page that stand around an article or in its midst: menus, share buttons, boxes, banners."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ROLES = {"navigation", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"}
# Whole words of a class or id, as websites name such parts; "share" alone may be a heading about shares. What stands
# behind "has-" or "no-" says something of an article that has such parts or none.
FORM = r"(?:[-_]?(?:banner|bar|block|box|buttons?|container|cta|form|icons?|items?|label|list|links?|slot|widget))?"
NAMES = re.compile(
    rf"""(?:^|\s|(?<!\bhas)(?<!\bwith)(?<!\bno)(?<!\bis)[_-])(?:
      cookies?(?:[-_]?(?:notice|consent|policy|popup|law))?{FORM} | gdpr{FORM} | consent[-_](?:banner|box|manager)
    | (?:social|share|sharing)[-_]?(?:buttons?|bar|links?|tools?|icons?|widget|box|list|media|menu|this|wrapper)
    | sharedaddy | addtoany | addthis\w*
    | newsletter(?:[-_]?(?:sign[-_]?up|promo|subscribe))?{FORM} | (?:e?mail[-_])?sign[-_]?up{FORM}
    | related(?:[-_]?(?:articles?|posts?|stor(?:y|ies)|news|content|coverage|reading|topics))?{FORM}
    | recommend(?:ed|ations?)(?:[-_]\w+)? | (?:read|see)[-_]?(?:more|next|also)(?:[-_]\w+)?
    | more[-_](?:from|stories|news)(?:[-_]\w+)? | most[-_]?(?:read|popular|viewed)(?:[-_]\w+)?
    | trending(?:[-_]\w+)? | (?:you[-_])?might[-_]also[-_]like | reactions?{FORM} | breadcrumbs?
    | skip[-_]?(?:link|to[-_]content)? | (?:post|article|entry)[-_]?tags | tags?[-_]?(?:list|cloud|links)
    | comments?(?:[-_](?:area|section))?{FORM} | (?:ads?|advert(?:isement|ising)?|sponsored|taboola|outbrain){FORM}
    | (?:paywall|subscribe|subscription)[-_]?(?:banner|prompt|message|overlay|box|cta|form|promo) | popup | modal
    )(?=$|\s)""",
    re.VERBOSE | re.IGNORECASE,
)
# A part that holds this share of the page's words, or its headline, is the article, whatever its class says.
MOST = 0.3
SENTENCES = re.compile(r"[.!?](?:[\"”’)]|\s|$)")
FEW = 6  # sentences; more of them is prose, whatever it is called
LONG = 400  # characters of a paragraph that is none of a box, and of a class that is read


def without_clutter(tree: "HtmlElement") -> None:
    """Take out what is plainly not the article, so that no part of it can be taken for the article's."""
    whole = len(tree.text_content())
    for element in tree.xpath("//body//*[@class or @id or @role or self::nav]"):
        if element.getparent() is not None and _is_clutter(element, whole):
            element.drop_tree()


def _is_clutter(element: "HtmlElement", whole: int) -> bool:
    if not (element.tag == "nav" or (element.get("role") or "").lower() in ROLES or _is_named(element)):
        return False
    text = element.text_content()
    if len(text) > MOST * whole or element.xpath("boolean(.//h1 | .//article | self::article | self::main | self::h1)"):
        return False
    if any(len(paragraph.text_content()) > LONG for paragraph in element.iter("p")):
        return False
    return len(SENTENCES.findall(text)) <= FEW


def _is_named(element: "HtmlElement") -> bool:
    return any(NAMES.search((element.get(key) or "")[:LONG]) for key in ("class", "id"))
