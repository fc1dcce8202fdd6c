"""Owns message templates: their holes, their portable patterns, and the checks that keep both unambiguous and linear.

One definition serves Python, JavaScript and hyperscan: bounded repeats, ASCII classes, no look-around.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

WORD = r"[A-Za-z0-9]+|[\u4e00-\u9fff]"
"""A token of the anchor index: a run of ASCII letters and digits, or one Chinese character."""

_QUOTES = "\"'`“”„‘’‚′″"


@dataclass(frozen=True)
class Hole:
    """A kind of hole: its pattern, and the characters that it can take (as a class) so that what follows must not."""

    pattern: str
    takes: str
    is_wordlike: bool = True


HOLES: dict[str, Hole] = {
    "int": Hole(r"[+-]?\d{1,20}", r"\d"),
    "decimal": Hole(r"[+-]?\d{1,24}(?:\.\d{1,24})?(?:[eE][+-]?\d{1,3})?", r"\deE"),
    "word": Hole(r"[A-Za-z0-9_-]{1,64}", r"A-Za-z0-9_\-"),
    "symbol": Hole(r"[A-Za-z0-9_/:-]{1,40}", r"A-Za-z0-9_/:\-"),
    "ip": Hole(
        r"(?:(?:::[fF]{4}:)?\d{1,3}(?:\.\d{1,3}){3}|::[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}"
        r"|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}"
        r"|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?)",
        r"0-9A-Fa-f:",
        is_wordlike=False,
    ),
    "epoch_s": Hole(r"\d{10}", r"\d"),
    "epoch_ms": Hole(r"\d{13}", r"\d"),
    "datetime": Hole(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?", r"\d.:Z+\-"),
    "quoted": Hole(r"[\"'`][^\"'`\n]{0,120}[\"'`]", _QUOTES, is_wordlike=False),
    "text": Hole(r"[^\n]{1,200}", "", is_wordlike=False),
}

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_CLOSING = "])}>\"'`"


@dataclass(frozen=True)
class Part:
    """A literal (`hole` is None) or a hole of a template."""

    literal: str = ""
    name: str = ""
    hole: str | None = None


@dataclass(frozen=True)
class Compiled:
    """A template ready for the index."""

    pattern: str
    words: int
    letters: int
    anchors: tuple[tuple[str, ...], ...]  # per branch: word sequences of one to three words that stand in every match
    names: tuple[str, ...]


def parse_template(message: str) -> tuple[list[Part], list[str]]:
    """Cut a template into literals and holes; also return what is wrong with it."""
    parts: list[Part] = []
    faults: list[str] = []
    literal = ""
    for match in _PART.finditer(message):
        token = match.group(0)
        if token in ("{{", "}}"):
            literal += token[0]
        elif token in ("{", "}"):
            faults.append("a single brace; write {{ or }} for a literal one, {name:type} for a hole")
        elif match.group(1) is None:
            literal += token
        else:
            if literal:
                parts.append(Part(literal=literal))
                literal = ""
            name, _, kind = match.group(1).partition(":")
            if not _NAME.match(name):
                faults.append(f"hole {token}: the name must be a lower-case word, as in {{limit:int}}")
            if kind not in HOLES:
                faults.append(f"hole {token}: unknown type; allowed: {', '.join(HOLES)}")
            parts.append(Part(name=name, hole=kind))
    if literal:
        parts.append(Part(literal=literal))
    if not faults:
        faults = _find_ambiguities(_trim(parts))
    return parts, faults


def _find_ambiguities(parts: list[Part]) -> list[str]:
    faults = []
    names = [part.name for part in parts if part.hole]
    faults += [f"hole `{name}` stands twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if sum(part.hole == "text" for part in parts) > 2:
        faults.append("more than two text holes")
    elif parts and parts[0].hole == "text" and sum(part.hole == "text" for part in parts) > 1:
        faults.append("a text hole at the start allows no second one: together they take too long to match")
    if not re.search(WORD, "".join(part.literal for part in parts)):
        faults.append("no literal word")
    for part, following in pairwise(parts):
        if not part.hole:
            continue
        if following.hole:
            faults.append(f"holes `{part.name}` and `{following.name}` touch; put a literal between them")
        elif part.hole == "text":
            if not re.search(WORD, following.literal) and following.literal[0] not in _CLOSING:
                faults.append(
                    f"text hole `{part.name}` must be followed by a word or closing mark, or end the template"
                )
        elif re.match(f"[{HOLES[part.hole].takes}]", following.literal, re.IGNORECASE):
            faults.append(
                f"hole `{part.name}` of type {part.hole} could also take the `{following.literal[0]}` that follows it"
            )
    return faults


def compile_template(message: str) -> Compiled:
    """Compile a template that has no faults."""
    parts, _ = parse_template(message.strip())
    trimmed = _trim(parts)
    following = [*(part.literal for part in trimmed[1:]), None]
    pattern = "".join(map(_compile_part, trimmed, following))
    literal = " ".join(part.literal for part in trimmed if part.literal)
    return Compiled(
        pattern=_bound(pattern, trimmed),
        words=len(re.findall(WORD, literal)),
        letters=len(re.sub(r"\s+", "", literal)),
        anchors=(tuple(_find_anchors(trimmed)),),
        names=tuple(part.name for part in trimmed if part.hole),
    )


def _trim(parts: list[Part]) -> list[Part]:
    """Drop a final full stop: exchanges and clients add and lose it."""
    if parts and parts[-1].literal:
        literal = parts[-1].literal.rstrip(" .!")
        return [*parts[:-1], Part(literal=literal)] if literal else parts[:-1]
    return parts


def _compile_part(part: Part, following: str | None) -> str:
    """Compile a part of a template; a text in front of a space ends with none, or each of many could be its end."""
    if part.hole:
        pattern = HOLES[part.hole].pattern
        if part.hole == "text" and following is not None:
            pattern = r"[^\n]{0,199}?\S" if following[:1].isspace() else f"{pattern}?"
        return f"(?P<{part.name}>{pattern})"
    out = []
    for piece in re.findall(r"\s+|[^\s]", part.literal):
        if piece.isspace():
            out.append(r"\s{1,40}")
        elif piece in _QUOTES:
            out.append("[\"'`]")
        else:
            out.append(escape(piece))
    return "".join(out)


def escape(text: str) -> str:
    """Escape a text for a regular expression in every engine (`re.escape` escapes what JavaScript refuses)."""
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", lambda match: "\\" + match.group(0), text)


def _bound(pattern: str, parts: list[Part]) -> str:
    first, last = parts[0], parts[-1]
    if (first.hole and HOLES[first.hole].is_wordlike) or re.match(r"[A-Za-z0-9]", first.literal):
        pattern = (r"\b" if not first.hole or first.hole not in ("int", "decimal") else "") + pattern
    if (last.hole and HOLES[last.hole].is_wordlike) or re.search(r"[A-Za-z0-9]$", last.literal):
        pattern += r"\b"
    return pattern


def _find_anchors(parts: list[Part]) -> list[str]:
    """List the word sequences inside single literals, leaving out words that touch a hole."""
    anchors = []
    for i, part in enumerate(parts):
        if part.hole:
            continue
        literal = part.literal
        words = [(m.start(), m.end(), m.group(0).lower()) for m in re.finditer(WORD, literal)]
        if words and i > 0 and words[0][0] == 0 and words[0][2].isascii():
            words = words[1:]
        if words and i + 1 < len(parts) and words[-1][1] == len(literal) and words[-1][2].isascii():
            words = words[:-1]
        anchors += _sequences([word for _, _, word in words])
    return anchors


_FORBIDDEN = [
    (re.compile(r"\(\?(?!:|P<[a-z][a-z0-9_]*>)"), "only (?:…) and (?P<name>…) groups are allowed"),
    (re.compile(r"\\(?![dDwWsSbntr.^$*+?()\[\]{}|/\\\"'`-])"), "an escape outside the portable subset"),
    (re.compile(r"(?<!\\)(?:\\\\)*[*+]"), "an unbounded repeat; write {0,80}"),
    (re.compile(r"[?}]\?"), "a lazy repeat"),
    (re.compile(r"\{\d*,\}"), "an unbounded repeat; write {0,80}"),
    (re.compile(r"\)\{\d+,?(?:[3-9]\d|\d{3,})\}"), "a group repeated more than 29 times"),
    (re.compile(r"\{(?:\d+,)?(?:[4-9]\d\d|\d{4,})\}"), "a repeat of more than 399"),
]


def check_pattern(pattern: str, *, needs_anchor: bool = True) -> list[str]:
    """Return what is wrong with a regular expression of the escape hatch.

    One that stands alone is found in a text by its words, so it must have some outside groups and classes.
    """
    bare = re.sub(r"\[(?:\\.|[^\]\\])*\]", "[]", pattern)
    faults = [message for expression, message in _FORBIDDEN if expression.search(bare)]
    if re.search(r"\((?:\?:|\?P<\w+>)?[^()]*\{\d+,\d+\}[^()]*\)\{\d+,\d+\}", bare):
        faults.append("a repeat inside a repeat")
    try:
        compiled = re.compile(pattern, re.ASCII | re.IGNORECASE)
    except re.error as error:
        return [*faults, f"not a regular expression: {error}"]
    if compiled.match(""):
        faults.append("it matches the empty text")
    if needs_anchor and not all(find_anchors(branch) for branch in split_branches(pattern)):
        faults.append("no whole word outside groups and classes by which it could be found, in every branch")
    return faults


_REGEX_TOKEN = re.compile(
    r"(?P<atom>\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?:|\?P<\w+>)?|\)|\||.)(?P<repeat>\?|\{(?P<least>\d*),?\d*\})?", re.DOTALL
)


def split_branches(pattern: str) -> list[str]:
    """Cut a pattern at its top-level alternations."""
    branches = [""]
    depth = 0
    for token in _REGEX_TOKEN.finditer(pattern):
        depth += token.group("atom").startswith("(") - (token.group("atom") == ")")
        if token.group("atom") == "|" and not depth:
            branches.append("")
        else:
            branches[-1] += token.group(0)
    return branches


def find_anchors(branch: str) -> list[str]:
    """List the word sequences that every match of a branch holds, outside its groups and classes."""
    text = ""
    depth = 0
    for token in _REGEX_TOKEN.finditer(branch):
        atom = token.group("atom")
        if atom.startswith("("):
            depth += 1
        elif atom == ")":
            depth -= 1
            text += _HOLE
        elif not depth:
            is_sure = (token.group("least") or "0") not in ("", "0")
            text += _literal(atom, is_repeated=bool(token.group("repeat")), is_sure=is_sure)
    return _words_between(text)


def _bound_branch(branch: str) -> str:
    start = r"\b" if re.match(r"[A-Za-z0-9]", branch) else ""
    return start + branch + (r"\b" if re.search(r"(?<!\\)[A-Za-z0-9]$", branch) else "")


_HOLE = "\x00"


def _literal(atom: str, *, is_repeated: bool, is_sure: bool) -> str:
    """Return what an atom surely contributes to a match: its character, a space between words, or an unknown."""
    if atom == r"\b":
        return " "
    if atom == r"\s":
        return _HOLE if is_repeated and not is_sure else " "
    if is_repeated or atom == "." or atom.startswith("[") or re.fullmatch(r"\\[dDwWS]", atom):
        return _HOLE
    return {r"\n": " ", r"\r": " ", r"\t": " "}.get(atom, atom[-1])


def _words_between(text: str) -> list[str]:
    """List the word sequences of a text with unknowns, leaving out words that touch an unknown."""
    anchors = []
    for chunk in re.finditer(r"[^\x00]+", text):
        words = [(m.start(), m.end(), m.group(0).lower()) for m in re.finditer(WORD, chunk.group(0))]
        opens, ends = chunk.start() > 0, chunk.end() < len(text)
        size = len(chunk.group(0))
        tokens = [w for at, end, w in words if not (w.isascii() and ((opens and at == 0) or (ends and end == size)))]
        anchors += _sequences(tokens)
    return anchors


def _sequences(tokens: list[str]) -> list[str]:
    return [" ".join(tokens[i : i + size]) for size in (3, 2, 1) for i in range(len(tokens) - size + 1)]


def compile_pattern(pattern: str) -> Compiled:
    """Compile a pattern that has no faults."""
    literal = re.sub(r"\\[a-zA-Z]|\[[^\]]*\]|\{[\d,]*\}|\(\?P?[:<]\w*>?", " ", pattern)
    return Compiled(
        pattern="|".join(map(_bound_branch, split_branches(pattern))),
        words=len(re.findall(WORD, literal)),
        letters=len(re.findall(r"[A-Za-z0-9]|[\u4e00-\u9fff]", literal)),
        anchors=tuple(tuple(find_anchors(branch)) for branch in split_branches(pattern)),
        names=tuple(re.compile(pattern).groupindex),
    )
