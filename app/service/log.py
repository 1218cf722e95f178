"""The log: one JSON object a line on standard error, ours and uvicorn's alike."""

from __future__ import annotations

import json
import logging
from typing import Any


class JSONLines(logging.Formatter):
    """A log record as one JSON object: time, level, event, and the fields that go with it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:  # what it says may quote a finding
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def configuration() -> dict[str, Any]:
    """What ``logging.config.dictConfig`` takes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JSONLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
            for name in ("bifinding.service", "uvicorn")
        },
    }
