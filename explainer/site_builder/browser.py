"""Turns the knowledge base and the engine's modules into the files with which a browser explains by itself."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from explainer.kb.store import KnowledgeBase
from explainer.model.answer import Language
from explainer.model.index import Index, Owner, Selection


def export_index(kb: KnowledgeBase) -> bytes:
    """Return what matching needs, as JSON; `store.js` reads it, and derives what is left out here.

    Templates are in the order of their patterns in Python, which decides between equal matches.
    """
    index = kb.index
    order = sorted(range(len(index.templates)), key=lambda i: index.templates[i].pattern)
    places = {old: new for new, old in enumerate(order)}
    anchors: list[list[str]] = [[] for _ in order]
    for anchor, templates in index.anchors.items():
        for template in templates:
            anchors[places[template]].append(anchor)
    ordered = [index.templates[i] for i in order]
    return msgspec.json.encode(
        {
            "owners": _owners(index),
            "selections": _selections(index, places),
            "patterns": [translate(template.pattern) for template in ordered],
            "words": [template.words for template in ordered],
            "letters": [template.letters for template in ordered],
            "loose": [number for number, template in enumerate(ordered) if template.is_loose],
            "anchors": anchors,
            "exceptions": list(index.by_exception),
            "envelopes": [[translate(e.pattern), e.needs, e.is_loose] for e in index.envelopes],
            "shapes": [
                [s.exchange, s.keys, None if s.code is None else translate(s.code), s.kind, s.product]
                for s in index.shapes
            ],
            **{name: getattr(index, name) for name in _AS_THEY_ARE},
        }
    )


_AS_THEY_ARE = ("names", "ccxt", "hosts", "domains", "paths", "texts", "products", "keys", "foreign", "success")


def _owners(index: Index) -> dict[str, Any]:
    """Return the owners by column; an entry's exchange, product and code stand in its id, a rule's exchange too."""
    rules = [owner for owner in index.owners if owner.is_rule]
    if index.owners[: len(rules)] != rules:
        raise ValueError("rules stand before entries in an index")
    return {
        "ids": [owner.id for owner in index.owners],
        **{
            name: _column([getattr(owner, name) for owner in index.owners]) for name in ("category", "retry", "urgency")
        },
        "codes": [owner.code for owner in rules],
        "examples": [owner.examples for owner in rules],
    }


def _column(values: list[str]) -> list[list[Any]]:
    """Return the different values of a column, and for each row the number of its value."""
    different = sorted(set(values))
    numbers = {value: number for number, value in enumerate(different)}
    return [different, [numbers[value] for value in values]]


def _selections(index: Index, places: Mapping[int, int]) -> list[Any]:
    """Return, for each owner, its selections; an entry has one, of its own code, and only the template is told."""
    by_owner: list[list[Selection]] = [[] for _ in index.owners]
    for selection in index.selections:
        by_owner[selection.owner].append(selection)
    return [_rows(owner, own, places) for owner, own in zip(index.owners, by_owner, strict=True)]


def _rows(owner: Owner, own: list[Selection], places: Mapping[int, int]) -> Any:
    rows = [[_place(s.template, places), s.code, s.status, s.exception, s.product, _place(s.also, places)] for s in own]
    if owner.is_rule:
        return rows
    ((template, *others),) = rows
    if others != [owner.code, None, None, None, None]:
        raise ValueError(f"{owner.id}: an entry is selected by its code and message alone")
    return template


def _place(template: int | None, places: Mapping[int, int]) -> int | None:
    return None if template is None else places[template]


_SPACES, _OTHERS = r" \t-\r", r"\x00-\x08\x0e-\x1f!-\uffff"
_TOKEN = re.compile(r"\\(?P<escaped>.)|\(\?P<|(?P<open>\[\^?)\]?|(?P<close>\])|[$.]", re.DOTALL)


def translate(pattern: str) -> str:
    """Return what a regular expression of the rules, under `re.ASCII`, is in JavaScript without the `u` flag.

    White space is another, `.` and `$` know one line end only, and names stand behind `?`.
    """
    out: list[str] = []
    last, in_class = 0, False
    for match in _TOKEN.finditer(pattern):
        out.append(pattern[last : match.start()])
        last = match.end()
        new, in_class = _translate_token(match, in_class=in_class)
        out.append(new)
    return "".join(out) + pattern[last:]


def _translate_token(match: re.Match[str], *, in_class: bool) -> tuple[str, bool]:
    """Return what stands for a token, and whether a character class is open behind it."""
    token, escaped = match.group(0), match.group("escaped") or ""
    if escaped in ("s", "S"):
        chars = _SPACES if escaped == "s" else _OTHERS
        return (chars if in_class else f"[{chars}]"), in_class
    if escaped or in_class:
        return token, in_class and not match.group("close")
    if opening := match.group("open"):
        return opening + token[len(opening) :].replace("]", r"\]"), True
    return {"(?P<": "(?<", "$": r"(?=\n?$)", ".": r"[^\n]"}.get(token, token), False


def export_texts(kb: KnowledgeBase, language: Language) -> bytes:
    """Return the texts of one language as JSON: those of each owner, of each category and of each profile."""
    index = kb.index
    return msgspec.json.encode(
        {
            "owners": [_owner_texts(kb.record(owner.record), language) for owner in index.owners],
            "categories": {name: _category_texts(kb.category(name), language) for name in index.categories},
            "profiles": {name: _profile_texts(kb.profile(name) or {}, language) for name in index.profiles},
        }
    )


def _owner_texts(record: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return _drop_empty(
        {
            "title": _in(record.get("title"), language),
            "summary": _in(record.get("summary"), language),
            **_advice(record, language),
            "links": record.get("links"),
            "related": record.get("related"),
            "name": record.get("name"),
            "verified": record.get("verified"),
        }
    )


def _category_texts(record: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return _drop_empty(
        {"title": record["title"][language], "summary": record["meaning"][language], **_advice(record, language)}
    )


def _advice(record: Mapping[str, Any], language: Language) -> dict[str, Any]:
    causes = [_drop_empty({**cause[language], "when": cause.get("when")}) for cause in record.get("causes") or ()]
    return {"causes": causes, "not": _in(record.get("not"), language)}


def _profile_texts(record: Mapping[str, Any], language: Language) -> dict[str, Any]:
    links = record.get("links", {})
    return _drop_empty(
        {
            "name": record["name"][language],
            "products": {name: text[language] for name, text in record["products"].items()},
            "facts": {name: text[language] for name, text in record.get("facts", {}).items()},
            "links": [links[name] for name in ("errors", "docs") if links.get(name)][:1],
        }
    )


def _in(text: Mapping[str, Any] | None, language: Language) -> Any:
    return text.get(language) if text else None


def _drop_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value}


_ENTRY, _FILES = "explain.js", "files.js"
_IMPORT = re.compile(r"^(import|export) \{([^}]*)\} from \"([^\"]+)\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_DECLARED = re.compile(
    r"^(?P<export>export )?(?:async )?(?:function\*?|const|let|class) (?P<name>[\w$]+)", re.MULTILINE
)
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)


def bundle(folder: Path, urls: Mapping[str, str]) -> str:
    """Return the engine's modules as one module with the exports of the entry; `urls` says where the data lies.

    Raises ValueError if two modules declare the same name, or if one imports what is not there.
    """
    order: list[str] = []
    _order_modules(folder, _ENTRY, order, ())
    sources = {name: (folder / name).read_text() for name in order if name != _FILES}
    _check_names(sources)
    modules = [_strip_module(source, is_entry=name == _ENTRY) for name, source in sources.items()]
    return "\n".join([f"const FILES = {msgspec.json.encode(urls).decode()};\n", *modules])


def _order_modules(folder: Path, name: str, order: list[str], above: tuple[str, ...]) -> None:
    """Put a module into the list behind all that it imports."""
    if name in above:
        raise ValueError(f"modules import each other: {' → '.join((*above, name))}")
    if name in order:
        return
    if not (folder / name).is_file():
        raise ValueError(f"{above[-1]} imports {name}, which is not there")
    source = (folder / name).read_text()
    if len(re.findall(r"^import\b|^export .* from\b", source, re.MULTILINE)) != len(_IMPORT.findall(source)):
        raise ValueError(f'{name}: write imports as `import {{ a, b }} from "./module.js";`')
    for _, names, path in _IMPORT.findall(source):
        imported = path.removeprefix("./")
        _order_modules(folder, imported, order, (*above, name))
        exported = {m.group("name") for m in _DECLARED.finditer((folder / imported).read_text()) if m.group("export")}
        if missing := {part.strip() for part in names.split(",") if part.strip()} - exported:
            raise ValueError(f"{name} imports {', '.join(sorted(missing))} from {imported}, which has no such export")
    order.append(name)


def _check_names(sources: Mapping[str, str]) -> None:
    owners = {"FILES": _FILES}
    for module, source in sources.items():
        for match in _DECLARED.finditer(source):
            first = owners.setdefault(match.group("name"), module)
            if first != module:
                raise ValueError(f"{first} and {module} both declare {match.group('name')}")


def _strip_module(source: str, *, is_entry: bool) -> str:
    """Return a module without comments and imports; what the entry exports stays exported."""

    def drop(match: re.Match[str]) -> str:
        return f"export {{{match.group(2)}}};\n" if match.group(1) == "export" and is_entry else ""

    bare = _IMPORT.sub(drop, _COMMENT.sub("", source))
    return (bare if is_entry else _EXPORT.sub("", bare)).strip() + "\n"
