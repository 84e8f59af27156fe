"""Passwords, kept as what scrypt makes of them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, replace

# OWASP's password storage cheat sheet names (2**17, 8, 1) to (2**13, 8, 10) as equally strong. Measured here: 0.3 s and
# 32 MiB a check; (2**17, 8, 1) takes 0.45 s and 128 MiB, which two who log in at once should not cost.
COST, BLOCK, PASSES = 2**15, 8, 3
SALT_BYTES, HASH_BYTES = 16, 32
MOST_MEMORY = 256 * 2**20  # bytes; of what a file may ask for
MOST_PASSES = 16


@dataclass(frozen=True, slots=True)
class Hashed:
    """What is kept of a password."""

    cost: int
    block: int
    passes: int
    salt: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether this is the password; takes the same time whether or not."""
        return hmac.compare_digest(self.hash, _scrypt(password, self))

    def __str__(self) -> str:
        return "$".join(["scrypt", *map(str, (self.cost, self.block, self.passes)), _text(self.salt), _text(self.hash)])


def hashed(password: str, cost: int = COST) -> Hashed:
    """What to keep of a password, with a salt of its own.

    >>> hashed("correct horse", cost=2).matches("correct horse")
    True
    """
    blank = Hashed(cost, BLOCK, PASSES, secrets.token_bytes(SALT_BYTES), b"")
    return replace(blank, hash=_scrypt(password, blank))


def parse(text: str) -> Hashed:
    """The form `scrypt$n$r$p$salt$hash` again, salt and hash in base64; ValueError for anything else."""
    kind, *numbers, salt, value = text.split("$")
    cost, block, passes = map(int, numbers)
    found = Hashed(cost, block, passes, _bytes(salt), _bytes(value))
    sound = cost > 1 and cost & (cost - 1) == 0 and block > 0 and 0 < passes <= MOST_PASSES
    if kind != "scrypt" or not sound or 128 * cost * block > MOST_MEMORY:
        raise ValueError("these are no numbers for scrypt")
    if len(found.salt) < SALT_BYTES or len(found.hash) != HASH_BYTES:
        raise ValueError("the salt or the hash is not whole")
    return found


def _scrypt(password: str, how: Hashed) -> bytes:
    # One password, however a keyboard composes its accents: NFKC, as NIST SP 800-63B advises.
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    memory = 128 * how.block * (how.cost + how.passes + 2)  # bytes, as scrypt is defined (RFC 7914)
    return hashlib.scrypt(
        typed, salt=how.salt, n=how.cost, r=how.block, p=how.passes, maxmem=2 * memory, dklen=HASH_BYTES
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as exc:
        raise ValueError("not base64") from exc
