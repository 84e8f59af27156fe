"""Files that hold no text to read, told by their first bytes, so that one can say what they are. Pure."""

MAGIC = (  # what such files begin with; those of a few letters count only where there is binary data as well
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"BM", "a picture (BMP)"),
    (b"8BPS", "a picture (Photoshop)"),
    (b"RIFF", "a picture, sound or film (WebP, WAV or AVI)"),
    (b"ID3", "a sound recording (MP3)"),
    (b"\xff\xfb", "a sound recording (MP3)"),
    (b"OggS", "a sound recording (Ogg)"),
    (b"fLaC", "a sound recording (FLAC)"),
    (b"\x1a\x45\xdf\xa3", "a film (Matroska or WebM)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\0asm", "a program"),
    (b"OTTO", "a typeface"),
    (b"\0\x01\0\0\0", "a typeface"),
    (b"wOF", "a typeface"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"BZh", "a packed file (bzip2)"),
    (b"\xfd7zXZ", "a packed file (xz)"),
    (b"7z\xbc\xaf", "a packed file (7z)"),
    (b"Rar!", "a packed file (RAR)"),
    (b"\x28\xb5\x2f\xfd", "a packed file (Zstandard)"),
)
PACKED = "a packed file"
FILM = slice(4, 8), b"ftyp"  # MP4, MOV, HEIC: a length comes first
TAR = slice(257, 262), b"ustar"


def binary_of(head: bytes) -> str:
    """What a file is that begins with `head`, if it is known to hold no text: "a picture (PNG)"; else nothing."""
    if b"\0" not in head:  # "BMW opens a plant", and every other text
        return ""
    for place, mark, what in ((*FILM, "a film or a picture (MP4 or HEIC)"), (*TAR, "a packed file (tar)")):
        if head[place] == mark:
            return what
    return next((what for mark, what in MAGIC if head.startswith(mark)), "")
