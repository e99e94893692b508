"""What the program says of itself: one JSON line per event, with ids and never with addresses or secrets."""

import json
import logging
import sys

_logger = logging.getLogger("outbrief")


def say(event: str, **fields: object) -> None:
    """Log one event with its ids, such as `say("generation.finished", tenant=..., generation=...)`."""
    _logger.info(event, extra={"fields": fields})


def complain(event: str, error: BaseException, **fields: object) -> None:
    """Log a failure with its traceback."""
    _logger.error(event, extra={"fields": {**fields, "error": str(error)}}, exc_info=error)


def start_logging(*, level: int = logging.INFO) -> None:
    """Send the program's log to standard error as JSON lines."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[stream], force=True)
    _logger.setLevel(level)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
