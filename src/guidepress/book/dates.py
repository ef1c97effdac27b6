"""When a release counts as made: by the date that the guide gives, and never by a clock."""

from __future__ import annotations

from datetime import UTC, datetime

# 1 January 2025: before the first release of any guide, for a guide that gives no date.
EARLIEST = 1_735_689_600


def release_epoch(date: str) -> int:
    """The moment of a release in seconds since 1970: the start, in UTC, of an ISO date
    (`2025-03-01`, `2025-03`, `2025`).

    A text that is no such date, or none, gives `EARLIEST`: then every change counts one second up
    from there.
    """
    for pattern in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            moment = datetime.strptime(date.strip(), pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        return max(int(moment.timestamp()), EARLIEST)
    return EARLIEST
