"""How a service is run: where it listens, and how much it takes from one request."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """``max_*`` are limits of one request: bytes of the body, findings in all, characters of a text in
    JSON, seconds to send the body and seconds to analyse one report. ``workers`` reports, and as
    many requests about a few findings, are worked on at a time, ``waiting`` more wait. ``log_text``: whether logs may hold what people send."""

    host: str = "127.0.0.1"
    max_body: int = 32 << 20
    max_files: int = 100
    max_findings: int = 5_000
    max_text: int = 100_000
    max_seconds: float = 300
    workers: int = 2
    waiting: int = 100
    log_text: bool = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False
