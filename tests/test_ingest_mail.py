"""Mails, mailboxes and saved web pages, each made here and read back."""

from datetime import date
from email.message import EmailMessage

import pytest

from ingest.errors import UnreadableError
from ingest.formats import eml, mbox, mhtml
from ingest.formats.reading import Fault, Record

PROSE = (
    "The old ferry over the Lune stopped on Monday after a century of crossings, the harbour office said.",
    "It carried forty people and, on market days, a few sheep. The captain kept the bell and went home early.",
    "A bridge is to open in the spring. Until then a bus goes round by the north road four times a day.",
)
TEXT = "\n\n".join(PROSE)
HTML = (
    "<html><body><h1>Ferry stops</h1><p style='display:none'>SECRET preview that nobody sees.</p>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    + "</body></html>"
)


def mail(text=TEXT, html="", sender="Ana Verde <ana@example.com>", **headers):
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = "Ferry stops"
    message["Date"] = "Thu, 30 Jan 2025 23:30:00 -0500 (EST)"
    message["Message-ID"] = "<1@example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def raw(headers, body=b"It stopped."):
    return headers.encode("utf-8", "surrogateescape") + b"\n\n" + body


def only(message):
    [record] = eml.records(message if isinstance(message, bytes) else message.as_bytes())
    assert record.key == ""
    return record.read


def test_a_mail_from_a_person():
    read = only(mail())
    assert read.text.replace("\r\n", "\n").strip() == TEXT
    assert (read.title, read.authors, read.outlet) == ("Ferry stops", ("Ana Verde",), "")
    assert (read.published, read.said_by["published"]) == (date(2025, 1, 30), "mail header")


@pytest.mark.parametrize(
    ("headers", "outlet", "authors"),
    [
        ({"List_Unsubscribe": "<https://example.com/u>"}, "Ana Verde", ()),
        (
            {"List_Id": '"Ferry watch" <f.example.com>', "List_Post": "<mailto:f@example.com>"},
            "Ferry watch",
            ("Ana Verde",),
        ),
        ({"sender": "Pebble Gazette <news@example.com>"}, "Pebble Gazette", ()),
        ({"sender": "news@example.com"}, "", ()),
        ({"sender": "=?utf-8?q?N=C3=BAria_Gil?= <n@example.com>"}, "", ("Núria Gil",)),
        ({"sender": '"Verde, Ana" <a@example.com>', "List_Id": "<f.example.com>"}, "Verde, Ana", ()),
    ],
)
def test_who_sent_it(headers, outlet, authors):
    read = only(mail(**headers))
    assert (read.outlet, read.authors) == (outlet, authors)


def test_the_plain_part_counts_unless_it_is_a_stub():
    assert PROSE[2] in only(mail("Read this mail in your browser.", HTML)).text
    assert only(mail(TEXT, HTML)).text.strip() == TEXT


def test_what_the_html_part_hides_is_not_read():
    read = only(mail("See the web page.", HTML))
    assert "SECRET" not in read.text
    assert read.unseen >= len("SECRET")
    assert all(paragraph in read.text for paragraph in PROSE)


def test_a_short_letter_in_html_alone():
    message = EmailMessage()
    message["From"] = "Ana Verde <ana@example.com>"
    message.set_content("<p>It stopped</p><p>on Monday</p>", subtype="html")
    assert only(message).text.split() == ["It", "stopped", "on", "Monday"]


def test_subjects_lose_the_marks_of_replies():
    assert only(raw("From: a@example.com\nSubject: Fwd: Re: Ferry stops")).title == "Ferry stops"


@pytest.mark.parametrize(
    ("headers", "body", "text", "encoding"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1", "El Niño".encode("latin-1"), "El Niño", "iso8859-1"),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
            b"El Ni=C3=B1o =\ncame", "El Niño came", "utf-8",
        ),
        ("Content-Type: text/plain; charset=us-ascii", "El Niño".encode(), "El Niño", "utf-8"),
        ("Content-Type: text/plain; charset=utf-8", "El Niño".encode("cp1252"), "El Niño", "windows-1252"),
        ("Content-Type: text/plain; charset=no-such", "El Niño".encode(), "El Niño", "utf-8"),
        ("Content-Type: text/plain; charset=windows-1251", "Паром".encode("cp1251"), "Паром", "windows-1251"),
        ("Content-Transfer-Encoding: base64", b"SXQgc3RvcHBlZC4=", "It stopped.", "utf-8"),
    ],
)  # fmt: skip
def test_encodings_of_mails(headers, body, text, encoding):
    read = only(raw(f"From: a@example.com\n{headers}", body))
    assert (read.text, read.encoding) == (text, encoding)


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?b?RWwgTmnDsW8=?=",
        "=?iso-8859-1?q?El_Ni=F1o?=",
        "El Niño",
        "El Niño".encode("cp1252").decode("utf-8", "surrogateescape"),
    ],
)
def test_encodings_of_headers(subject):
    assert only(raw(f"From: a@example.com\nSubject: {subject}")).title == "El Niño"


@pytest.mark.parametrize(
    "headers",
    [
        "From: <<>,;@\nSubject: a\nDate: never", "From: =?x?q?\nSubject: =?no-such?b?!!?=",
        "Content-Type: ;;;\nSubject: a", 'Content-Type: text/plain; charset="a\\', "Content-Disposition: =\nFrom: a",
        "Content-Type: multipart/mixed\nFrom: a", "Content-Transfer-Encoding: x-odd\nFrom: [",
        'Message-ID: <[a\nFrom: "', "List-Id: <\nFrom: a@b\nArchived-At: <",
    ],
)  # fmt: skip
def test_headers_that_break_rules_do_no_harm(headers):
    assert only(raw(headers)).text == "It stopped."


def test_what_is_attached():
    message = mail("See the clip.")
    message.add_attachment(b"Title: Bus goes\n\nA bus came.", maintype="text", subtype="plain", filename="bus.txt")
    message.add_attachment(b"Again.", maintype="application", subtype="octet-stream", filename="bus.txt")
    message.add_attachment(b"\x89PNG\0", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(b'{"id": 1, "text": "One."}', maintype="application", subtype="json", filename="x.jsonl")
    message.add_attachment(b"no PDF", maintype="application", subtype="pdf", filename="../x.pdf")
    inner = mail("It was sent on.")
    del inner["Subject"]
    inner["Subject"] = "The first"
    message.add_attachment(inner)
    found = {item.key: item for item in eml.records(message.as_bytes())}
    assert list(found) == ["", "bus.txt", "bus.txt (2)", "x.jsonl#1", "../x.pdf", "The first.eml"]
    assert "A bus came." in found["bus.txt"].read.text
    assert found["bus.txt"].read.published is None
    assert isinstance(found["../x.pdf"], Fault)
    assert found["The first.eml"].read.text.strip() == "It was sent on."


def test_a_mail_that_only_carries():
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.add_attachment(b"A bus came.", maintype="text", subtype="plain", filename="bus.txt")
    [record] = eml.records(message.as_bytes())
    assert record.key == "bus.txt"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\n\nJust words.", "no headers"),
        (b"From: a@example.com\n\n", "no text"),
        (b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\na\n" * 1_001, "more than 1,000 parts"),
        (b"From: a\n" + b"Content-Type: message/rfc822\n\n" * 3_000 + b"a", "nested|parts"),
    ],
)
def test_mails_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        list(eml.records(data))


# --- mailboxes


def test_a_mailbox_and_its_broken_mails():
    one, other = mail().as_bytes(), mail("Other.").as_bytes().replace(b"<1@", b"<2@")
    start = b"From ana@example.com Thu Jan 30 08:00:00 2025\n"
    quoted = raw("Subject: Quoted", b"He wrote:\n\nFrom the harbour it was seen.\n>From here, too.\n>>From there.")
    empty = b"Subject: Empty\n\n"
    data = b"\n".join([start + part for part in (one, other, one, quoted, empty)])
    found = list(mbox.records(data))
    assert [item.key for item in found] == ["1@example.com", "2@example.com", "1@example.com (mail 3)", "4", "5"]
    assert [type(item) for item in found] == [Record, Record, Fault, Record, Fault]
    assert "Message-ID of mail 1" in found[2].reason
    assert found[3].read.text.strip() == "He wrote:\n\nFrom the harbour it was seen.\nFrom here, too.\n>From there."
    assert [item.key for item in mbox.records(data.replace(b"\n", b"\r\n"))] == [item.key for item in found]


def test_what_is_attached_to_a_mail_in_a_mailbox():
    message = mail()
    message.add_attachment(b"A bus came.", maintype="text", subtype="plain", filename="bus.txt")
    found = list(mbox.records(b"From - Thu Jan 30 08:00:00 2025\n" + message.as_bytes()))
    assert [item.key for item in found] == ["1@example.com", "1@example.com#bus.txt"]


def test_what_is_no_mailbox():
    with pytest.raises(UnreadableError, match="not a mailbox"):
        list(mbox.records(b"From the harbour\nit was seen."))


# --- saved web pages

SAVED = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/ferry\r\nSubject: Ferry stops - saved\r\n"
    "Date: Sun, 1 Feb 2026 08:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
)
FRAME = "--b\r\nContent-Type: text/html\r\nContent-Location: cid:f\r\n\r\n<p>An advertisement in a frame.</p>\r\n"
ROOT = (
    "--b\r\nContent-Type: text/html\r\nContent-ID: <root>\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    "Content-Location: https://example.com/ferry\r\n\r\n"
    "<html><head><title>Ferry stops</title></head><body><article><h1>Ferry stops</h1>"
    + "".join(f"<p>{paragraph} El Ni=C3=B1o.</p>\r\n" for paragraph in PROSE)
    + "</article></body></html>\r\n"
)


def test_a_saved_page():
    read = mhtml.read((SAVED + ROOT + FRAME + "--b--\r\n").encode())
    assert all(f"{paragraph} El Niño." in read.text for paragraph in PROSE)
    assert "advertisement" not in read.text
    assert (read.title, read.url, read.published) == ("Ferry stops", "https://example.com/ferry", None)
    assert read.said_by["url"] == "MHTML header"


def test_the_page_that_the_file_names_as_its_start():
    saved = SAVED.replace('type="text/html"', 'type="text/html"; start="<root>"')
    assert PROSE[0] in mhtml.read((saved + FRAME + ROOT + "--b--\r\n").encode()).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SAVED.encode(), "no web page"), (b"\nJust words.", "no headers"),
        ((SAVED + FRAME.replace("<p>An advertisement in a frame.</p>", "")).encode(), "no article|empty"),
    ],
)  # fmt: skip
def test_saved_pages_that_are_refused(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        mhtml.read(data)
