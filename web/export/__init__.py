"""A conversation taken along: Markdown, BibTeX, CSL-JSON, answers as data, feedback as questions."""
