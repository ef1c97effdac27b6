"""Chapters that are converted ahead, some of them in another process."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidepress import conversions
from guidepress.cache import Cache
from guidepress.conversions import Conversions
from guidepress.markdown import convert
from guidepress.pdf.workers import Workers

CHAPTER = """# Chapter {n}

A paragraph of *words*, a footnote[^one] and a [link](https://example.org).

```python
print({n})
```

::: card {{#card-{n}}}
What is {n}?
---
A number.
:::

[^one]: Of chapter {n}.

[a link that is none][nowhere]
"""
TEXTS = {f"chapters/{n}.md": CHAPTER.format(n=n) for n in range(6)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_converted_ahead_is_what_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """Wherever it was converted; the next build finds it in the cache, and converts none of it."""
    expected = {file: convert(text, file) for file, text in TEXTS.items()}
    monkeypatch.setattr(conversions, "_WORTH", 1)
    cache = Cache(tmp_path / "cache")
    asked = []
    with Workers(jobs) as workers:
        workers.start(len, ())
        if workers._ahead is not None:
            workers._ahead.join()
        made = Conversions(cache)
        made.ahead(TEXTS, workers)
        monkeypatch.setattr(conversions, "convert", lambda text, file, **_: asked.append(file))
        assert {file: made(text, file) for file, text in TEXTS.items()} == expected
        made.keep()
        again = Conversions(cache)
        again.ahead(TEXTS, workers)
        assert {file: again(text, file) for file, text in TEXTS.items()} == expected
    assert not asked


def test_little_is_converted_when_it_is_asked_for() -> None:
    """It would take a worker longer to load what it needs."""
    made = Conversions(Cache(None))
    made.ahead(TEXTS, Workers(1))
    assert not any(file.used for file in made._files.values())
