"""Code that a telephone has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from guidepress.lint.card_reading import Reading
from guidepress.lint.rule import Example, Finding, Rule, each

LINES = 10
COLUMNS = 60


def _check(reading: Reading) -> Iterator[Finding]:
    for block in (*reading.front.code, *reading.back.code):
        lines = block.splitlines()
        widest = max(map(len, lines), default=0)
        if len(lines) > LINES or widest > COLUMNS:
            yield Finding(
                reading,
                f"the code has {len(lines)} lines of up to {widest} columns",
                f"show {LINES} lines of {COLUMNS} columns at most",
            )


RULE = Rule(
    "card-code-long",
    finds=f"over {LINES} lines or {COLUMNS} columns",
    why="code that does not fit on a telephone is not read",
    means="Code on a card is too long or too wide for a telephone.",
    remedy="Show only the lines in question.",
    check=each(_check),
    bad=Example("""\
/// card | How does one count the rows of a table that are newer than a day?
    id: count-new

```sql
SELECT count(*) FROM orders WHERE created_at > now() - interval '1 day';
```
///
"""),
    good=Example("""\
/// card | How does one count the rows of a table that are newer than a day?
    id: count-new

```sql
SELECT count(*)
FROM orders
WHERE created_at > now() - interval '1 day';
```
///
"""),
)
