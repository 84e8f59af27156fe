"""The words with which bylines begin and labels end, by what they mean, in the languages of the press."""

import re

# English lines that begin with "By" are told from prose by what follows; those of BY_ABROAD by that and by their place.
BY_ABROAD = (
    "por", "escrito por", "texto de", "par", "écrit par", "propos recueillis par", "von", "di", "scritto da", "door",
)  # fmt: skip
TITLE = (
    "title", "headline", "título", "titulo", "titular", "titre", "titel", "titolo", "überschrift", "заголовок",
)  # fmt: skip
AUTHOR = (
    "author", "authors", "byline", "written by", "autor", "autora", "autores", "autoras", "auteur", "auteure",
    "autrice", "auteurs", "autorin", "autoren", "autore", "autori", "автор", "авторы",
)  # fmt: skip
OUTLET = (
    "source", "outlet", "publisher", "publication", "fuente", "medio", "fonte", "quelle", "bron", "источник", "издание",
)  # fmt: skip
PUBLISHED = (
    "date", "published", "posted", "first published", "publication date", "date published", "published on",
    "published at", "fecha", "fecha de publicación", "publicado", "publicada", "publicado el", "publicada el",
    "date de publication", "publié", "publiée", "publié le", "publiée le", "paru le", "mis en ligne le", "datum",
    "veröffentlicht", "veröffentlicht am", "erschienen", "erschienen am", "data", "data de publicação", "publicado em",
    "publicada em", "pubblicato", "pubblicato il", "gepubliceerd", "gepubliceerd op", "дата", "дата публикации",
    "опубликовано",
)  # fmt: skip
UPDATED = (
    "updated", "last updated", "modified", "last modified", "actualizado", "actualizada", "actualizado el",
    "actualizada el", "última actualización", "mis à jour", "mise à jour", "mis à jour le", "modifié", "modifié le",
    "actualisé le", "dernière mise à jour", "aktualisiert", "aktualisiert am", "zuletzt aktualisiert",
    "zuletzt aktualisiert am", "geändert am", "atualizado", "atualizado em", "aggiornato", "aggiornato il",
    "bijgewerkt", "bijgewerkt op", "обновлено", "изменено",
)  # fmt: skip
# Without a colon only these tell a date; "Date" and "Datum" begin any sentence.
DATE_FOLLOWS = frozenset(PUBLISHED) - {
    "date", "publication date", "fecha", "fecha de publicación", "date de publication", "datum", "data",
    "data de publicação", "дата", "дата публикации",
}  # fmt: skip
NOT_NAMED = (
    "de notre correspondant", "de nos correspondants", "de notre envoyé spécial", "la rédaction",
    "de nuestro corresponsal", "de nuestra corresponsal", "redacción", "von unserem korrespondenten",
    "von unserer korrespondentin", "von unserer redaktion", "die redaktion", "redaktion", "redação", "da redação",
    "redazione", "la redazione", "van onze redactie", "redactie", "от нашего корреспондента", "редакция",
)  # fmt: skip
# A part that begins with one of these is called so, like "Le Phare" and "El Eco"; nobody's first name is an article.
ARTICLE = re.compile(r"(?:the|el|la|los|las|le|les|der|die|das|il|lo|de|het|o)\s+\S", re.IGNORECASE)
PRESS = (
    "diario", "periódico", "prensa", "noticias", "correo", "presse", "courrier", "dépêche", "quotidien",
    r"\w*zeitung", "nachrichten", "anzeiger", "(?:tage|abend|wochen|handels)blatt", "rundschau", "kurier", "corriere",
    "giornale", "gazzetta", "jornal", "notícias", "dagblad", "газета", "вестник", "новости", "известия",
)  # fmt: skip
ROLES = (
    r"redactora?", r"periodista", r"corresponsal", r"enviad[oa] especial", r"journaliste", r"correspondante?",
    r"envoyée? spéciale?", r"rédact(?:eur|rice)", r"redakteur(?:in)?", r"korrespondent(?:in)?", r"reporter(?:in)?",
    r"jornalista", r"giornalista", r"correspondente", r"verslagge(?:ver|efster)", r"корреспондент", r"журналист(?:ка)?",
    r"redacción", r"rédaction", r"redaktion", r"redação", r"redazione", r"redactie", r"редакция",
)  # fmt: skip


def either(words: tuple[str, ...] | frozenset[str]) -> str:
    """A pattern for any of the words, the longer first, however they are spaced."""
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len)[::-1]) + ")"
