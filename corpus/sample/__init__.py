"""A fictional audit report to try things on: ``report.txt`` and ``report.pdf``, made by ``make``."""

from pathlib import Path

FOLDER = Path(__file__).parent
