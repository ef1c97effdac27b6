"""Logs for machines: one line of JSON for each event."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime, timezone

OWN = frozenset(
    vars(logging.makeLogRecord({}))
)  # what every record has; the rest is the caller's


# region formatter
class JsonFormatter(logging.Formatter):
    """Time, level, logger and message, then what the caller gave as `extra=`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Whatever is logged, there is a line, and its first four fields are
        ours.
        """
        data = {name: value for name, value in vars(record).items() if name not in OWN}
        data |= {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            data["exception"] = self.formatException(record.exc_info)
        return json.dumps(data, default=str, ensure_ascii=False)


# endregion


def set_up() -> None:
    """Send everything from the level INFO on to standard error, where the platform
    collects it.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
