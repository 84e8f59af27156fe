"""Which full stops end a sentence, and which belong to an abbreviation, an initial or a number."""

import re

from ingest.paragraphs import Span

LOOK_BACK = 24  # characters; no abbreviation is longer

NEXT = re.compile(r"(?P<space>\s*)(?P<opener>[\"'“‘«‹„(\[¿¡]*)(?P<word>[\w’']{0,40}\.?)")
INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Always followed by what they belong to.
TITLES = _words(
    "mr mrs ms mx dr prof sen sens rep reps gov gen lt col sgt cpl pvt capt cmdr adm maj brig rev hon pres "
    "fr st ste mt ft messrs mme mlle sr sra srta dra ing lic hr supt det insp amb atty dist asst assoc "
    "vs v viz cf e.g i.e eg ie approx ca al feat dept univ"
)
# Part of a name or a date only where a number follows.
BEFORE_NUMBER = _words(
    "no nos nr num art arts fig figs sec secs ch p pp vol vols op eq ver para pt "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
# These may stand last in a sentence: only a word that likes to begin one tells.
MAY_END = _words(
    "inc ltd co corp cos bros plc llc jr esq etc ave blvd rd sq hwy phd md ph u.s u.k u.n e.u a.m p.m am pm "
    "ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev "
    "okla ore pa tenn tex va vt wash wis wyo ont que bn mn est"
)
STARTERS = _words(
    "The A An He She It They We I You This That These Those There Here In On At By To From With Without For Of "
    "But And Or So Yet Nor If When While As After Before Since Until Because Although Though Unless However "
    "Meanwhile Moreover His Her Its Their Our My Your Not No What Who How Why Where Which Some Many Most Both "
    "Few All Each Every Another Other Others Last Next Now Then Under During Also Only Even Still Just Instead "
    "Once One Two Three El La Los Las En Un Una Pero Le Les Il Der Die Das"
)


def ends_sentence(text: str, stop: re.Match[str], rest: Span) -> bool:
    """Whether a sentence that began at `rest[0]` ends at a match of a full stop and the quotation marks behind it.

    At the very end of the rest the answer is no: there is nothing left to be parted from.
    """
    if stop.end() >= rest[1]:
        return False
    following = NEXT.match(text, stop.end(), rest[1])
    if following is None or not following["space"]:
        return stop.group()[0] in "。！？"  # written without a space behind
    if not _may_begin(text[following.end("space") : following.end("space") + 2], following["word"]):
        return False
    single = stop.group()[0] == "." and not stop.group()[1:].startswith(".")
    return not (single and _abbreviated(text, stop.start(), rest[0], following["word"]))


def _may_begin(characters: str, word: str) -> bool:
    """Whether a sentence can begin so: not in lower case, nor with a dash and a space (“Never.” — Ana)."""
    if word[:1].islower() or characters[0] in ".!?,;:)]%&/":
        return False
    return not (characters[0] in "-–—" and characters[1:].isspace())


def _abbreviated(text: str, dot: int, first: int, following: str) -> bool:
    begin = max(first, dot - LOOK_BACK)
    tokens = text[begin:dot].split()
    if not tokens or text[dot - 1].isspace():
        return False
    word = tokens[-1].lstrip("\"'“‘«‹„([¿¡-–—/")
    if word.isdigit():
        return len(word) < 4 and dot - len(word) == first  # noqa: PLR2004  "1. The first of a list"
    return _needs_more(word, following)


def _needs_more(word: str, following: str) -> bool:
    low = word.lower()
    if low in BEFORE_NUMBER:
        return following[:1].isdigit()
    if low in TITLES:
        return True
    initial = (len(word) == 1 and word.isupper()) or INITIALS.fullmatch(word) is not None
    return (initial or low in MAY_END) and following not in STARTERS
