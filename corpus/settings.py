"""Settings that users write: small YAML files, read as data and never trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

MAX_SETTINGS = 1 << 20  # bytes; a recipe has some thousands


class _Loader(yaml.SafeLoader):
    """Refuses aliases: of ten lines in which each names the one above it ten times, text grows that
    no memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*), which is not read here")
        return super().compose_node(parent, index)


def read_settings(path: Path) -> dict[str, Any]:
    """The names and values in a YAML file; none for an empty one.

    Raises:
        ValueError: saying what is wrong with the file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SETTINGS + 1)
        if len(data) > MAX_SETTINGS:
            raise ValueError(f"larger than {MAX_SETTINGS >> 20} MB")
        values = yaml.load(data.decode("utf-8-sig"), _Loader)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:  # UnicodeError, and a date or number that there is not, are of these
        raise
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from None
    except Exception as error:  # PyYAML lets pass what its constructors stumble over
        raise ValueError(str(error) or type(error).__name__) from None
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise ValueError("names with their values are expected")
    return values
