"""What explanations look like: goldens of every form, made from tests/rules."""

import re
from collections.abc import Callable

import msgspec
import pytest

from explainer.kb.store import KnowledgeBase
from explainer.match.credible import Told
from explainer.match.engine import explain_text
from explainer.match.texts import describe
from explainer.model.answer import Explanation, Language
from explainer.render.json import to_json
from explainer.render.markdown import escape_markdown, to_markdown
from explainer.render.terminal import Look, width_of
from explainer.render.text import to_text, to_unknown, to_warning
from explainer.render.words import (
    COLON,
    CONFIDENCE,
    EVIDENCE,
    LABELS,
    RETRY,
    UNKNOWN,
    UNKNOWN_HELP,
    URGENCY,
    label,
)

Golden = Callable[[str, str], None]

REFUSED = 'acme {"code":-7001,"msg":"Key refused, address 203.0.113.7."}'
GUESS = "acme -7001"
ENTRY = 'AcmeException: {"code":-7003,"msg":"Too many trades were asked for."}'
STATUS = "HTTP 429"
UNSURE = 'acme {"code":-7002,"msg":"No answer in time."}'
CHAIN = """Traceback (most recent call last):
AcmeException: {"code":-7001,"msg":"Key refused."}

During handling of the above exception, another exception occurred:

AcmeException: {"code":-7002,"msg":"No answer in time."}
"""
TEXTS = {
    "refused": REFUSED,
    "guess": GUESS,
    "entry": ENTRY,
    "status": STATUS,
    "unsure": UNSURE,
    "chain": CHAIN,
}


def explain(kb: KnowledgeBase, name: str, language: Language = "en") -> tuple[Explanation, ...]:
    found = explain_text(kb, TEXTS[name], language=language)
    assert found
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", TEXTS)
def test_short_form(tiny_kb: KnowledgeBase, golden: Golden, name: str, language: Language) -> None:
    golden(f"{name}.{language}.txt", to_text(explain(tiny_kb, name, language), Look(80)))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["refused", "unsure"])
def test_narrow_form(tiny_kb: KnowledgeBase, golden: Golden, name: str, language: Language) -> None:
    golden(f"{name}-narrow.{language}.txt", to_text(explain(tiny_kb, name, language), Look(40)))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["refused", "guess", "chain"])
def test_full_form_with_evidence(tiny_kb: KnowledgeBase, golden: Golden, name: str, language: Language) -> None:
    golden(f"{name}-full.{language}.txt", to_text(explain(tiny_kb, name, language), Look(80), full=True, why=True))


def test_why_says_who_named_the_exchange(tiny_kb: KnowledgeBase) -> None:
    found = explain_text(tiny_kb, '{"code":-7001,"msg":"Key refused."}', told=Told("acme"))
    lines = to_text(found, Look(80), why=True).splitlines()
    at = lines.index("Why this answer (acme/key-refused, exact match)")
    assert lines[at + 1 : at + 4] == [
        "  exchange: acme (said by you)",
        "  code: -7001 (line 1)",
        "  message: Key refused (line 1)",
    ]


def test_all_tells_what_else_it_could_be(tiny_kb: KnowledgeBase) -> None:
    text = to_text(explain(tiny_kb, "guess"), Look(80), every=True)
    assert "\nCould also be\n  Too many requests (acme/spot/-7001)\n" in text
    assert "Could also be:" not in text


def test_an_exact_answer_casts_no_doubt_on_itself(tiny_kb: KnowledgeBase) -> None:
    (guess,) = explain(tiny_kb, "guess")
    exact = msgspec.structs.replace(guess, confidence="exact")
    for doubtful, sure in (
        (to_text([guess], Look(80)), to_text([exact], Look(80))),
        (to_markdown([guess], "en"), to_markdown([exact], "en")),
    ):
        assert "Could also be: Too many requests" in doubtful
        assert "Could also be" not in sure


def test_all_explains_every_error_at_length(tiny_kb: KnowledgeBase) -> None:
    found = explain(tiny_kb, "chain")
    assert to_text(found, Look(80)).count("Check:") == 1
    assert to_text(found, Look(80), every=True).count("Check:") == 5


def test_the_status_is_named_unless_the_title_does(tiny_kb: KnowledgeBase) -> None:
    (found,) = explain(tiny_kb, "status")
    other = msgspec.structs.replace(found, title="Too much", urgency="medium")
    assert to_text([found], Look(80)).startswith("HTTP 429: too many requests  ")
    assert to_text([other], Look(80)).startswith("HTTP 429 · Too much  ")
    assert to_markdown([found], "en").startswith("### HTTP 429: too many requests\n")
    assert to_markdown([other], "en").startswith("### HTTP 429: Too much\n")


def test_what_is_not_there_leaves_no_trace(tiny_kb: KnowledgeBase) -> None:
    (found,) = explain(tiny_kb, "status")
    bare = msgspec.structs.replace(found, links=(), verified="", excerpt="")
    for form in (to_text([bare], Look(80)), to_text([bare], Look(80), full=True), to_markdown([bare], "en")):
        assert not re.search(r"Docs|Official|checked|^>|\n\n\n", form)


def test_coloured_form(tiny_kb: KnowledgeBase, golden: Golden) -> None:
    colored = "".join(to_text(explain(tiny_kb, name), Look(80, color=True)) for name in ("refused", "unsure", "guess"))
    golden("colour.en.txt", colored.replace("\x1b", "␛"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 60, 80, 110])
def test_no_line_but_a_command_or_link_is_wider_than_the_terminal(
    tiny_kb: KnowledgeBase, width: int, language: Language
) -> None:
    for name in TEXTS:
        text = to_text(explain(tiny_kb, name, language), Look(width, color=True), full=True, why=True)
        assert [line for line in text.splitlines() if width_of(line) > width and "://" not in line] == []


def test_colour_changes_nothing_but_the_marks_of_code(tiny_kb: KnowledgeBase) -> None:
    def words(look: Look) -> str:
        text = to_text(explain(tiny_kb, "refused"), look, full=True).replace("`", "")
        return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())

    assert words(Look(80)) == words(Look(80, color=True))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markdown(tiny_kb: KnowledgeBase, golden: Golden, language: Language) -> None:
    found = [explanation for name in TEXTS for explanation in explain(tiny_kb, name, language)]
    golden(f"all.{language}.md", to_markdown(found, language))


def test_markdown_of_nothing_says_so() -> None:
    assert to_markdown([], "en") == UNKNOWN["en"] + "\n"


def test_pasted_text_does_not_act_in_markdown(tiny_kb: KnowledgeBase) -> None:
    found = explain_text(tiny_kb, "acme -7002 <img src=x> **bold** [a](https://b) `c`")
    quoted = [line for line in to_markdown(found, "en").splitlines() if line.startswith("> ")]
    assert quoted == [r"> acme -7002 \<img src=x\> \*\*bold\*\* \[a\](https://b) \`c\`"]
    assert escape_markdown("# a_b ~c~ | {d} \\") == r"\# a\_b \~c\~ \| \{d\} " + "\\\\"


def test_json(tiny_kb: KnowledgeBase, golden: Golden) -> None:
    golden("chain.en.json", to_json(explain(tiny_kb, "chain"), ["[secret 1]"]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unknown_and_warning(golden: Golden, language: Language) -> None:
    golden(f"unknown.{language}.txt", to_unknown(language, Look(60)) + to_warning(["[secret 1]"], language, Look(60)))


def test_a_rule_shown_by_itself_makes_no_claim_about_a_text(tiny_kb: KnowledgeBase) -> None:
    owner = next(owner for owner in tiny_kb.index.owners if owner.id == "acme/key-refused")
    text = to_text([describe(tiny_kb, owner, "en")], Look(80))
    assert "Taken for" not in text
    assert "your public IP" in text


def test_every_word_is_there_in_both_languages() -> None:
    for table in (RETRY, URGENCY, CONFIDENCE, LABELS, EVIDENCE):
        assert table["en"].keys() == table["zh"].keys()
    assert len(UNKNOWN_HELP["en"]) == len(UNKNOWN_HELP["zh"])
    assert UNKNOWN.keys() == COLON.keys() == {"en", "zh"}


@pytest.mark.parametrize(("language", "shown"), [("en", "<Check>: x"), ("zh", "<检查>：x")])
def test_a_label_has_its_language_s_colon(language: str, shown: str) -> None:
    assert label(language, "check", "x", lambda name: f"<{name}>") == shown
