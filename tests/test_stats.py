"""The report counts what the trees hold."""

from pathlib import Path

from explainer.kb.load import load_trees
from explainer.kb.stats import count
from explainer.kb.store import find_rules

CATALOGUE = """\
product: spot
verified: {date: 2025-01-31, source: made up}
codes:
  "-999999":
    category: other/unknown
    meanings:
      - {message: A sentence that nobody else prints, en: One., zh: 一。}
      - {message: Another sentence that nobody else prints, en: Two., zh: 二。}
"""


def test_a_catalogue_adds_its_codes_and_can_be_the_oldest(tmp_path: Path) -> None:
    path = tmp_path / "own" / "exchanges" / "phemex" / "codes" / "spot.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    shipped = count(load_trees([find_rules()])[0])
    both = count(load_trees([find_rules(), tmp_path / "own"])[0])
    assert both.codes - shipped.codes == 1
    assert both.meanings - shipped.meanings == 2
    assert (both.oldest, both.oldest_id) == ("2025-01-31", "phemex/spot")
    assert next(row.products for row in both.by_exchange if row.exchange == "phemex") == {"spot": 1}
    assert both.rules == shipped.rules == sum(row.rules for row in both.by_exchange)
