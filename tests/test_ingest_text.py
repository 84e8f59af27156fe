"""The encodings in which text files come: each is read without losing a character, and told."""

import pytest

from ingest.errors import UnreadableError
from ingest.formats import text

PROSE = {
    "ru": (
        "Президент сказал, что завтра будет дождь. Паром больше не ходит через реку, и жители город"
        "а ездят по мосту.\nКапитан оставил себе колокол и рано ушёл домой."
    ),
    "pl": (
        "Stary prom przez rzekę przestał pływać w poniedziałek. Kapitan zabrał dzwon i wcześnie wró"
        "cił do domu. Źródło: urząd portowy, który ogłosił też budowę mostu."
    ),
    "cs": ("Žluťoučký kůň úpěl ďábelské ódy. Starý přívoz přes řeku skončil v pondělí po sto letech provozu."),
    "el": ("Ο πρόεδρος είπε ότι αύριο θα βρέξει. Το παλιό πορθμείο σταμάτησε τη Δευτέρα μετά από έναν αιώνα."),
    "tr": ("Cumhurbaşkanı bugün İstanbul'a gitti. Çok güneşli bir gün. Eski vapur pazartesi günü durdu."),
    "he": "הנשיא אמר שמחר ירד גשם. המעבורת הישנה הפסיקה לפעול ביום שני אחרי מאה שנים.",
    "ar": "قال الرئيس إن المطر سيهطل غدا. توقفت العبارة القديمة يوم الاثنين بعد قرن من الزمن.",
    "ja": "大統領は明日雨が降ると言った。古い渡し船は月曜日に百年の歴史を閉じた。船長は鐘を持って早く家に帰った。",
    "zh": "总统说明天会下雨。古老的渡船在星期一停航,结束了一百年的历史。船长带着钟早早回家了。",
    "tw": "總統說明天會下雨。古老的渡船在星期一停航,結束了一百年的歷史。船長帶著鐘早早回家了。",
    "ko": "대통령은 내일 비가 올 것이라고 말했다. 오래된 나룻배는 월요일에 백 년의 역사를 마쳤다.",
    "fr": ("Le président a dit qu’il pleuvrait à Noël. Le vieux bac s’est arrêté lundi après un siècle."),
    "es": "El Niño llegó a España: “mañana habrá lluvia”, dijo el capitán.",
    "de": "Die Fähre über die Lune hörte am Montag auf, größere Brücken zu fürchten.",
    "th": "ประธานาธิบดีกล่าวว่าพรุ่งนี้ฝนจะตก เรือข้ามฟากหยุดวันจันทร์",
}
NAMES = {
    ("utf-8", "ru"): "utf-8", ("utf-8-sig", "ja"): "utf-8", ("utf-16", "zh"): "utf-16", ("utf-32", "el"): "utf-32",
    ("cp1252", "fr"): "windows-1252", ("cp1252", "es"): "windows-1252", ("latin-1", "de"): "windows-1252",
    ("cp1250", "cs"): "windows-1250", ("cp1250", "pl"): "windows-1250", ("cp1251", "ru"): "windows-1251",
    ("cp1253", "el"): "windows-1253", ("cp1254", "tr"): "windows-1254", ("cp1255", "he"): "windows-1255",
    ("cp1256", "ar"): "windows-1256", ("shift_jis", "ja"): "cp932", ("euc_jp", "ja"): "euc_jp",
    ("iso2022_jp", "ja"): "iso2022_jp", ("gb18030", "zh"): "gb18030", ("big5", "tw"): "big5", ("euc_kr", "ko"): "cp949",
    ("koi8-r", "ru"): "koi8-r", ("iso8859-2", "pl"): "iso8859-2", ("iso8859-2", "cs"): "iso8859-2",
    ("iso8859-5", "ru"): "iso8859-5", ("iso8859-7", "el"): "windows-1253", ("cp874", "th"): "windows-874",
}  # fmt: skip


@pytest.mark.parametrize(("encoding", "language"), NAMES, ids=lambda name: name)
def test_prose_comes_back_exactly_and_its_encoding_is_told(encoding, language):
    read = text.read(PROSE[language].encode(encoding))
    assert read.text == PROSE[language]
    assert read.encoding == NAMES[encoding, language]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp1250", "cp1251", "shift_jis", "gb18030", "big5", "euc_kr"])
def test_a_broken_tail_is_never_papered_over(encoding):
    data = PROSE["ja" if encoding == "shift_jis" else "de"].encode(encoding, "ignore") + b"\x81\xff\x98"
    try:
        read = text.read(data)
    except UnreadableError:
        return
    assert "\ufffd" not in read.text


def test_a_replacement_character_that_stands_in_the_file_stays():
    assert text.read("El Ni\ufffdo".encode()).text == "El Ni\ufffdo"


def test_no_byte_order_mark_is_kept():
    assert text.read(b"\xef\xbb\xbfThe ferry.").text == "The ferry."
