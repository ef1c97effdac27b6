"""Numbers about the running service, in the text format that Prometheus collects."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator

Labels = tuple[tuple[str, str], ...]


class Metric:
    """What the kinds have in common: a name, a word of help, and a lock."""

    kind = ""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._lock = threading.Lock()

    def lines(self) -> Iterator[str]:
        """The samples."""
        raise NotImplementedError


# region counter
class Counter(Metric):
    """A number that only rises: requests, errors. The rate is worked out from it by
    whoever collects.
    """

    kind = "counter"

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self._values: dict[Labels, float] = {}

    def add(self, **labels: str) -> None:
        """Count one."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            self._values[key] = self._values.get(key, 0) + 1

    def lines(self) -> Iterator[str]:
        """The samples."""
        with self._lock:
            values = sorted(self._values.items())
        for labels, value in values:
            yield f"{self.name}{_written(labels)} {value:g}"


# endregion


# region gauge
class Gauge(Metric):
    """A number that rises and falls: requests being answered just now."""

    kind = "gauge"

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name, text)
        self._value = 0

    def change(self, by: int) -> None:
        """Raise or lower it."""
        with self._lock:
            self._value += by

    def lines(self) -> Iterator[str]:
        """The sample."""
        yield f"{self.name} {self._value}"


# endregion


# region histogram
class Histogram(Metric):
    """How many values were at most so large: from these, quantiles of many servers can
    be added up.
    """

    kind = "histogram"

    def __init__(self, name: str, text: str, bounds: tuple[float, ...]) -> None:
        super().__init__(name, text)
        self.bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        with self._lock:
            self._counts[bisect_left(self.bounds, value)] += 1
            self._sum += value

    def lines(self) -> Iterator[str]:
        """The samples: each bucket holds those below it too."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        running = 0
        for bound, count in zip((*self.bounds, "+Inf"), counts, strict=True):
            running += count
            yield f'{self.name}_bucket{{le="{bound}"}} {running}'
        yield f"{self.name}_sum {total:g}"
        yield f"{self.name}_count {running}"


# endregion

REQUESTS = Counter("library_requests_total", "Requests answered, by route and status")
ACTIVE = Gauge("library_requests_active", "Requests being answered")
SECONDS = Histogram(
    "library_request_seconds",
    "Time to answer a request",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
METRICS: tuple[Metric, ...] = (REQUESTS, ACTIVE, SECONDS)


def text() -> str:
    """All metrics."""
    lines = []
    for metric in METRICS:
        lines += [
            f"# HELP {metric.name} {metric.text}",
            f"# TYPE {metric.name} {metric.kind}",
        ]
        lines += metric.lines()
    return "\n".join(lines) + "\n"


def _written(labels: Labels) -> str:
    if not labels:
        return ""
    escaped = (
        (name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in labels
    )
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}"
