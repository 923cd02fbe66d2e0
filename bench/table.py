"""What was measured, and how it is told."""

import json
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Goal:
    """Between `low` and `high`, bounds included."""

    text: str
    low: float = float("-inf")
    high: float = float("inf")

    def is_met(self, value: float) -> bool:
        return self.low <= value <= self.high


def at_most(limit: float) -> Goal:
    return Goal(f"<= {limit:g}", high=limit)


def at_least(limit: float) -> Goal:
    return Goal(f">= {limit:g}", low=limit)


def between(low: float, high: float) -> Goal:
    return Goal(f"{low:g}..{high:g}", low=low, high=high)


@dataclass
class Row:
    """One line: ours and its anchor, a value for each round. Without an anchor the goal is about the value itself."""

    name: str
    unit: str
    ours: list[float]
    against: str = ""
    anchor: list[float] = field(default_factory=list)
    goal: Goal | None = None

    @property
    def value(self) -> float:
        return median(self.ours)

    @property
    def ratio(self) -> float | None:
        return self.value / median(self.anchor) if self.anchor else None

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.goal.is_met(self.value if self.ratio is None else self.ratio) else "missed"

    def as_json(self) -> dict:
        return {
            "name": self.name, "unit": self.unit, "ours": self.value, "against": self.against or None,
            "anchor": median(self.anchor) if self.anchor else None, "ratio": self.ratio,
            "goal": self.goal.text if self.goal else None, "verdict": self.verdict or None,
            "rounds": {"ours": self.ours, "anchor": self.anchor},
        }


def number(value: float | None) -> str:
    """Three significant digits or all that stand before the point."""
    if value is None:
        return ""
    if value != 0 and abs(value) < 100:
        return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return f"{value:,.0f}"


HEADINGS = ("what", "unit", "ours", "anchor", "", "ratio", "goal", "")
LEFT = {0, 1, 4, 7}


def as_text(facts: dict, groups: list[tuple[str, list[Row]]], failures: list[str]) -> str:
    """The whole table; a group is a heading and its rows."""
    cells = {
        id(row): (
            "  " + row.name, row.unit, number(row.value), number(median(row.anchor)) if row.anchor else "", row.against,
            f"{row.ratio:.2f}" if row.ratio is not None else "", row.goal.text if row.goal else "", row.verdict)
        for _, rows in groups for row in rows
    }
    lines = [HEADINGS, *cells.values()]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]

    def aligned(line: tuple[str, ...]) -> str:
        return "  ".join(
            cell.ljust(width) if column in LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))).rstrip()

    text = [f"{name}: {value}" for name, value in facts.items()] + ["", aligned(HEADINGS)]
    for heading, rows in groups:
        text += [heading] + [aligned(cells[id(row)]) for row in rows]
    verdicts = [row.verdict for _, rows in groups for row in rows if row.verdict]
    text += ["", f"{verdicts.count('met')} of {len(verdicts)} goals met"]
    text += [f"NOT MEASURED: {failure}" for failure in failures]
    return "\n".join(text)


def as_json(facts: dict, groups: list[tuple[str, list[Row]]], failures: list[str]) -> str:
    return json.dumps(
        {**facts, "rows": [{"group": heading, **row.as_json()} for heading, rows in groups for row in rows], "notMeasured": failures},
        indent=1)
