"""The BibTeX file compiles with biblatex, hostile titles too, and prints them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader
from test_export_formats import AWKWARD

from benchmarks.payloads import payloads
from web.export.bibtex import bibtex
from web.export.sources import Source, line

LETTERS = re.compile(r"[^\x20-\x7eÀ-ÿŁźłó–’]")  # all that pdflatex has by itself; others need lualatex or xelatex
DOCUMENT = r"""\documentclass{article}\usepackage[T1]{fontenc}\usepackage[style=authoryear]{biblatex}
\addbibresource{sources.bib}\begin{document}\nocite{*}\printbibliography\end{document}"""


@pytest.mark.latex
def test_hostile_titles_compile_and_are_printed(tmp_path: Path) -> None:
    texts = [
        LETTERS.sub("", line(text)) for text in [*AWKWARD, *payloads("http://evil.example/")[:: len(AWKWARD) // 2]]
    ]
    kinds = [("Post", "https://a.example/?a=1%20#b_c~d"), ("", "https://a.example/"), ("", ""), ("", "")]
    sources = [
        Source(number, f"a{number}", text, (text, "Ana van Verde"), outlet and text, None, url)
        for number, text in enumerate(texts, start=1)
        for outlet, url in [kinds[number % 4]]
    ]
    (tmp_path / "sources.bib").write_text(bibtex(sources), encoding="utf-8")
    (tmp_path / "page.tex").write_text(DOCUMENT, encoding="utf-8")
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    for command in (latex, ["biber", "page"], latex):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
        told = [each for each in done.stdout.splitlines() if each.startswith(("!", "l.", "ERROR", "WARN"))]
        assert (done.returncode, told) == (0, []), done.stdout[-2000:]
    printed = "".join("".join(page.extract_text() for page in PdfReader(tmp_path / "page.pdf").pages).split())
    assert "input{/etc/passwd}" in printed
    assert "{{unbalanced" in printed or "unbalanced{{" in printed
    assert printed.count("Verde") >= len(texts)
