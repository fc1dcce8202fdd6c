"""Puts secrets into texts in all the ways in which clients, logs and people write them; finds what is shown of them."""

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from tests.secret_kinds import Kind
from tests.secret_values import WORDS

WRAPPERS = (
    "{name}={value}",
    "{name} = '{value}'",
    '{name}     = "{value}"',
    "{name}: {value}",
    '{name}: "{value}"',
    "export {name}='{value}'",
    '{{"a": 1, "{name}": "{value}", "b": 2}}',
    '{{"{name}":"{value}"}}',
    "{{'{name}': '{value}', 'b': True}}",
    "{{ {name}: '{value}', enableRateLimit: true }}",
    "Client({name}='{value}', timeout=10)",
    '"{{\\"{name}\\":\\"{value}\\"}}"',
    '{{\\\\\\"{name}\\\\\\":\\\\\\"{value}\\\\\\"}}',
    '"{{""{name}"":""{value}""}}"',
    "a,{name}: {value},b",
    "{{“{name}”：“{value}”}}",
    "{name}：{value}。",
    "{name}：“{value}”，请帮忙看看",
    "我的{name}是{value}，一直报错",
    "{name} 为 {value}",
    "&quot;{name}&quot;:&quot;{value}&quot;",
    "&#34;{name}&#34;: &#34;{value}&#34;",
    "&#x22;{name}&#x22;:&#x22;{value}&#x22;",
    "%22{name}%22%3A%22{value}%22",
    "%7B%22{name}%22%3A+%22{value}%22%7D",
    "\\u0022{name}\\u0022:\\u0022{value}\\u0022",
    "\\\\u0022{name}\\\\u0022\\\\u003a\\\\u0022{value}\\\\u0022",
    "\x1b[36m{name}\x1b[0m=\x1b[35m{value}\x1b[0m",
    "\x1b[01;31m\x1b[K{name}\x1b[m\x1b[K: {value}",
    "\\u001b[32m'{name}'\\u001b[39m: \\u001b[32m'{value}'\\u001b[39m",
    "{name}\u200b=\u200b{value}",
    "[{name}] => {value}\n",
    "'{name}' => '{value}',",
    '["{name}"]=>\n  string(64) "{value}"',
    "Credentials{{id=1, {name}={value}}}",
    "{{ID:7 {name}:{value} Debug:false}}",
    "map[{name}:[{value}] X:[1]]",
    "[('{name}', '{value}'), ('a', 'b')]",
    "[ '{name}', '{value}', 'a', 'b' ]",
    "<{name}>{value}</{name}>",
    "<td>{name}</td><td>{value}</td>",
    "| {name} | {value} |",
    "│   {name} = '{value}'   │",
    "│ {name} │ {value} │",
    "{name} → {value}",
    "POST /x?a=1&{name}={value}&b=2 HTTP/1.1",
    "curl -H '{name}: {value}' -H 'a: b' https://api.binance.com/api/v3/account",
    'curl --header "{name}: {value}" https://api.binance.com',
    "GET /api/v3/account HTTP/1.1\\r\\n{name}: {value}\\r\\nHost: api.binance.com",
    "> {name}: {value}",
    "os.environ['{name}'] = '{value}'",
    "process.env.{name} = '{value}';",
    "-e {name}={value} -d bot",
    "--{name} {value} --verbose",
    '<input name="{name}" value="{value}">',
    '  {name}: &id "{value}"',
    "{name}: b'{value}'",
    "{name}=SecretStr('{value}')",
    "{name} is {value}",
    "my {name} is: {value}",
    "{name}\n{value}\n",
    "{name}: `{value}`",
    "**{name}**: {value}",
    "{name}:\t{value}",
    "{name} :{value}",
    "{name} := {value}",
    "{name} == {value}",
    "{name}='{value}",
    '{name}="{value}',
)

ALONE = (
    "{value}",
    "see {value} here",
    "'{value}'",
    '{{"note":"{value}"}}',
    '{{\\"note\\":\\"{value}\\"}}',
    "x={value}&b=2",
    "({value})",
    "我用的是{value}，不行",
    "“{value}”",
    "\x1b[32m{value}\x1b[0m",
    "&quot;{value}&quot;",
    "%22{value}%22",
    "\\u0022{value}\\u0022",
    "<td>{value}</td>",
    "| {value} |",
    "{value}, {value}",
)

AROUND = (
    "{error} {secret}",
    "{secret} {error}",
    "{error}\n{secret}",
    "{secret}\n{error}",
    "2026-03-01 08:00:05,123 ERROR grid: {secret} {error}",
    "2026-03-01 08:00:05,123 ERROR grid: {error} {secret}",
    "y" * 300 + " {secret} {error} " + "z" * 300,
    "{error}" + " w" * 60 + " {secret}",
)


class Case(NamedTuple):
    """A text with a secret in it."""

    kind: str
    wrapper: str
    text: str
    secret: str


def wrap(kind: Kind, dice: Random) -> Iterator[Case]:
    """Yield, for a kind, each wrapper once, with new values, and each value once at least."""
    wrappers = kind.places or (WRAPPERS if kind.names else ALONE)
    count = max(len(wrappers), len(kind.makes), len(kind.names))
    for at in range(count):
        wrapper = wrappers[at % len(wrappers)]
        value = kind.makes[(at + dice.randrange(len(kind.makes))) % len(kind.makes)](dice)
        name = kind.names[(at + dice.randrange(len(kind.names))) % len(kind.names)] if kind.names else ""
        text = wrapper.format(name=name, value=value, other=kind.makes[0](dice))
        yield Case(kind.title, wrapper, text, value)


def find_leaks(secret: str, shown: str) -> list[str]:
    """Return what is shown of a secret: its parts of six characters."""
    return sorted(part for part in parts_of(secret) if part in shown)


def parts_of(secret: str, size: int = 6) -> set[str]:
    """Return the parts of a secret of so many characters that are nobody's but its owner's.

    Not what all keys in PEM share, words of phrases, and runs of digits in longer keys, which any text may hold.
    """
    if "PRIVATE KEY-----" in secret:
        lines = secret.replace("\\n", "\n").replace("\\r", "").replace("\\", "").split("\n")
        if len(lines) > 1:
            return {part for line in lines if "-" not in line and ":" not in line for part in parts_of(line)}
        secret = secret.split("-----")[2]
    if secret.isdigit():
        return {secret}
    if len(secret.split()) > 1:
        size = 16  # more than a word
    parts = {secret[at : at + size] for at in range(len(secret) - size + 1)}
    return {part for part in parts if not part.isdigit() and not _is_of_words(part)}


def _is_of_words(part: str) -> bool:
    words = re.findall("[A-Za-z]+", part)
    return not re.search("[0-9]", part) and len(words) == 1 and any(words[0].lower() in word for word in WORDS)
