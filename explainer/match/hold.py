"""Tells which selections hold for an event, and how much of each. Chooses none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from explainer.kb.store import KnowledgeBase
from explainer.kb.template import WORD
from explainer.match.candidates import Hit, Named, stands_near
from explainer.match.normal import Normal
from explainer.match.origin import Origin
from explainer.match.rank import Level, Match
from explainer.match.signals import Event
from explainer.model.index import Owner, Selection

SHORT = 80
"""A text of fewer characters is hardly more than its code, so that the code may speak for itself."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An event and all that was found around it."""

    kb: KnowledgeBase
    normal: Normal
    event: Event
    hits: dict[int, Hit]  # by template; where one stands several times, the one that says most
    exception: Named | None  # the event is this exception
    exceptions: dict[str, Named]  # those near it
    origin: Origin


def pick_hits(hits: Iterable[Hit]) -> dict[int, Hit]:
    """Return one hit for each template: the whole message before a part, the last before earlier ones."""
    picked: dict[int, Hit] = {}
    for hit in hits:
        known = picked.get(hit.template)
        if known is None or (hit.is_whole, hit.start) > (known.is_whole, known.start):
            picked[hit.template] = hit
    return picked


def find_selections(scene: Scene) -> list[Match]:
    """Return every selection that holds for an event, found through the index."""
    index, event = scene.kb.index, scene.event
    numbers: set[int] = set()
    for template in scene.hits:
        numbers.update(index.by_template[template])
    if event.code is not None:
        numbers.update(index.by_code.get(event.code, ()))
        numbers.update(_family_of(scene))
    if event.status is not None:
        numbers.update(index.by_status.get(event.status, ()))
    if scene.exception:
        numbers.update(index.by_exception.get(scene.exception.name, ()))
    held = (_hold(scene, number) for number in sorted(numbers))
    return [match for match in held if match]


FAMILY = "xx"
"""Ends a catalogue code that stands for a hundred codes, as exchanges group them: `-11xx`."""


def _family_of(scene: Scene) -> list[int]:
    """Return the selections of a code's hundred, if a sure exchange prints a code that its catalogue lacks."""
    index, code, origin = scene.kb.index, scene.event.code, scene.origin
    if (
        not code
        or scene.event.is_loose
        or not origin.is_sure
        or not code.lstrip("-").isdigit()
        or len(code) < len("-100")
    ):
        return []
    known = (index.owners[index.selections[n].owner].exchange for n in index.by_code.get(code, ()))
    return [] if origin.exchange in known else index.by_code.get(code[:-2] + FAMILY, [])


def _hold(scene: Scene, number: int) -> Match | None:
    """Return the match if every key of a selection holds."""
    index, event, origin = scene.kb.index, scene.event, scene.origin
    selection = index.selections[number]
    owner = index.owners[selection.owner]
    fit = _fit_product(selection.product or owner.product, origin)
    if not _conditions_hold(scene, selection, owner, fit):
        return None
    hit = scene.hits.get(selection.template) if selection.template is not None else None
    is_family = selection.code is not None and selection.code.endswith(FAMILY)
    has_code = selection.code is not None and (is_family or selection.code == event.code)
    holds = _rule_holds if owner.is_rule else _entry_holds
    if not holds(scene, selection, owner, hit, has_code=has_code) or not _is_enough(
        scene, owner, hit, has_code=has_code
    ):
        return None
    level = Level.EXCHANGE_FAMILY if is_family else _level(owner, selection, has_hit=hit is not None, has_code=has_code)
    overlap = _overlap(scene, selection) if level is Level.EXCHANGE_CODE else 0
    exception = scene.exceptions.get(selection.exception) if selection.exception else None
    return Match(owner, number, selection, level, event, hit, exception, origin, fit, overlap)


def _conditions_hold(scene: Scene, selection: Selection, owner: Owner, fit: int) -> bool:
    """Tell whether exchange, product, status, exception and further pattern agree with the text."""
    if not _may_be_from(scene, owner, selection):
        return False
    if selection.product and fit == 0:
        return False
    if selection.status and selection.status != scene.event.status:
        return False
    if selection.exception and selection.exception not in scene.exceptions:
        return False
    return selection.also is None or stands_near(scene.kb, scene.normal, selection.also, scene.event)


def _may_be_from(scene: Scene, owner: Owner, selection: Selection) -> bool:
    """Tell whether the origin allows an owner's exchange; code and message together outweigh the form of a body."""
    origin = scene.origin
    if not owner.exchange or not origin.exchanges or owner.exchange in origin.exchanges:
        return True
    is_form_only = origin.reason == "shape" and origin.mark is None
    return is_form_only and selection.code == scene.event.code is not None and selection.template in scene.hits


def _rule_holds(scene: Scene, selection: Selection, _owner: Owner, hit: Hit | None, *, has_code: bool) -> bool:
    """Tell whether a full rule's code and message stand there; the message may be missing or much alike."""
    if selection.code and not has_code:
        return False
    if selection.template is None or hit is not None or not has_code:
        return selection.template is None or hit is not None
    is_bare = not has_message(scene.event) and scene.normal.shown < SHORT
    return is_bare or _overlap(scene, selection) >= _MIN_SHARED * ALIKE


def _entry_holds(scene: Scene, _selection: Selection, owner: Owner, hit: Hit | None, *, has_code: bool) -> bool:
    """Tell whether a catalogue entry's code stands there, or its message without any other known code."""
    if has_code:
        return True
    return hit is not None and not _prints_other_code(scene, owner) and _is_telling(scene, hit, owner)


def _is_enough(scene: Scene, owner: Owner, hit: Hit | None, *, has_code: bool) -> bool:
    """Tell whether what holds is enough to speak for the owner's exchange."""
    is_named = owner.exchange in scene.origin.exchanges
    if hit is None:
        return scene.event.code not in scene.kb.index.success if has_code else is_named or not owner.exchange
    return has_code or not scene.kb.index.templates[hit.template].is_loose or (hit.is_whole and is_named)


_TELLING_WORDS = 5
_TELLING_LETTERS = 24


def _is_telling(scene: Scene, hit: Hit, owner: Owner) -> bool:
    """Tell whether a catalogue message may speak for its exchange; short ones are everybody's words."""
    template = scene.kb.index.templates[hit.template]
    is_long = template.words >= _TELLING_WORDS and template.letters >= _TELLING_LETTERS
    return is_long or (hit.is_whole and owner.exchange in scene.origin.exchanges)


def has_message(event: Event) -> bool:
    """Tell whether an event's body carries a message, known to us or not."""
    return event.message is not None and event.message[1] - event.message[0] > 1


def _prints_other_code(scene: Scene, owner: Owner) -> bool:
    index, code = scene.kb.index, scene.event.code
    if code is None or code == owner.code:
        return False
    owners = (index.owners[index.selections[number].owner] for number in index.by_code.get(code, ()))
    return any(other.exchange == owner.exchange for other in owners)


def _level(owner: Owner, selection: Selection, *, has_hit: bool, has_code: bool) -> Level:
    if not owner.exchange:
        return Level.MESSAGE if has_hit else Level.EXCEPTION if selection.exception else Level.STATUS
    if has_hit:
        return Level.EXCHANGE_CODE_MESSAGE if has_code else Level.EXCHANGE_MESSAGE
    if has_code:
        return Level.EXCHANGE_CODE
    return Level.EXCHANGE_STATUS if selection.status else Level.EXCEPTION


def _fit_product(product: str | None, origin: Origin) -> int:
    if product is None or origin.product is None:
        return 1
    return 2 if product == origin.product else 0


_MIN_SHARED = 2
_SYNTAX = re.compile(r"\{\d[\d,]*\}|\\[a-zA-Z]|\?P<\w+>")
"""What in a template's pattern is no word of its message."""

ALIKE = 100
"""What a word weighs that a text shares with our message for its code; less is how often a meaning is met."""


def _overlap(scene: Scene, selection: Selection) -> int:
    """Weigh what speaks for one meaning of a code without its message: the words they share, or how often it is met.

    Words are those of the message that came with the code, cut off or reworded, or of a text hardly longer.
    Less than half of the message, or one word of such a text, is an accident. The last word may be cut off.
    """
    index, event = scene.kb.index, scene.event
    often = 0 if has_message(event) else index.owners[selection.owner].examples
    if selection.template is None or (event.message is None and len(scene.normal.text) >= SHORT):
        return often
    start, end = event.message or (0, len(scene.normal.text))
    said = _list_words(scene.normal.lower[start:end])
    known = _list_known(scene.kb, selection.template)
    shared = len(known.intersection(said))
    if said and said[-1] not in known and any(word.startswith(said[-1]) for word in known):
        shared += 1
    is_enough = shared >= _MIN_SHARED if event.message is None else shared and 2 * shared >= len(set(said))
    return shared * ALIKE if is_enough else often


@lru_cache(maxsize=64)
def _list_words(text: str) -> tuple[str, ...]:
    """Return the words of a message; asked for by every meaning that its code may have."""
    return tuple(re.findall(WORD, text))


def _list_known(kb: KnowledgeBase, template: int) -> frozenset[str]:
    """Return the words that a template spells out."""
    key = f"words {template}"
    if key not in kb.memory:
        kb.memory[key] = frozenset(re.findall(WORD, _SYNTAX.sub(" ", kb.index.templates[template].pattern).lower()))
    words: frozenset[str] = kb.memory[key]
    return words
