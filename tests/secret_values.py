"""What makes up keys, phrases and tokens of the shapes that exchanges and others hand out, at run time.

So no file holds a string that looks like a live key.
"""

import base64
import json
import string
from collections.abc import Callable
from random import Random

Make = Callable[[Random], str]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
WORDS = [
    *("abandon", "ability", "able", "about", "above", "absent", "absorb", "abstract", "absurd", "abuse", "access"),
    *("accident", "acid", "acoustic", "acquire", "across", "banner", "barrel", "basket", "battle", "beauty", "before"),
    *("casino", "castle", "casual", "catalog", "dinosaur", "divorce", "domain", "donate", "zebra", "zone"),
]


def of(alphabet: str, size: int, before: str = "", after: str = "") -> Make:
    """Return what makes a value of so many characters, of which one at least is a digit and one a letter."""

    def make(dice: Random) -> str:
        chars = [dice.choice(alphabet) for _ in range(size)]
        for sort in (string.digits, string.ascii_letters):
            if not set(sort) & set(chars) and set(sort) & set(alphabet):
                chars[dice.randrange(size // 2) + (size // 2 if sort is string.digits else 0)] = dice.choice(
                    sorted(set(sort) & set(alphabet))
                )
        return before + "".join(chars) + after

    return make


def hexadecimal(size: int, before: str = "") -> Make:
    return of("0123456789abcdef", size, before)


def alnum(size: int, before: str = "") -> Make:
    return of(string.ascii_letters + string.digits, size, before)


def base58(size: int, before: str = "") -> Make:
    return of(_BASE58, size, before)


def base64_of(size: int) -> Make:
    """Return what makes so many bytes in base64."""
    return _with_digit(lambda dice: base64.b64encode(dice.randbytes(size)).decode())


def base64_url(size: int, before: str = "") -> Make:
    make = _with_digit(lambda dice: base64.urlsafe_b64encode(dice.randbytes(size)).decode().rstrip("="))
    return lambda dice: before + make(dice)


def _with_digit(make: Make) -> Make:
    """Return what makes only such values as have a digit: what has none may be words."""
    return lambda dice: next(value for value in iter(lambda: make(dice), "") if set(string.digits) & set(value))


def uuid(dice: Random) -> str:
    return "-".join(hexadecimal(size)(dice) for size in (8, 4, 4, 4, 12))


def joined(mark: str, *parts: Make) -> Make:
    return lambda dice: mark.join(part(dice) for part in parts)


def phrase(dice: Random) -> str:
    """Return a passphrase as people choose them."""
    shapes = ("{}{}!{}", "{}-{}.{}", "{}_{}{}", "{}@{}{}", "My{}#{}{}")
    return dice.choice(shapes).format(dice.choice(WORDS).capitalize(), dice.choice(WORDS), dice.randrange(10, 99_999))


def seed(count: int, mark: str = " ") -> Make:
    return lambda dice: mark.join(dice.sample(WORDS, count))


def jwt(dice: Random) -> str:
    def part(**fields: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")

    head = part(alg=dice.choice(("HS256", "ES256", "EdDSA")), typ="JWT")
    body = part(type="OpenAPIV2", sub=uuid(dice), nonce=str(dice.randrange(10**18, 10**19)))
    return f"{head}.{body}.{base64_url(32)(dice)}"


def pem(label: str, size: int, line_end: str = "\n") -> Make:
    """Return what makes a private key in PEM; `line_end` as it was written into JSON or an environment."""

    def make(dice: Random) -> str:
        body = base64.b64encode(dice.randbytes(size)).decode()
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        head = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,0123", ""] if size % 2 else []
        whole = [f"-----BEGIN {label}PRIVATE KEY-----", *head, *lines, f"-----END {label}PRIVATE KEY-----"]
        return line_end.join(whole)

    return make
