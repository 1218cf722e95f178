"""Who may do what: users by name, each with one token, of which the store keeps only the hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...corpus.schema import InputError
from .database import now
from .tables import TokenTable

Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
_MAX_NAME = 100


@dataclass(frozen=True)
class User:
    name: str
    role: Role
    created: datetime
    revoked: datetime | None = None

    def may(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


class Tokens:
    """The tokens in a store; ``read`` and ``write`` open its transactions."""

    def __init__(
        self,
        read: Callable[[], AbstractContextManager[Session]],
        write: Callable[[], AbstractContextManager[Session]],
    ):
        self._read, self._write = read, write

    def add(self, name: str, role: Role) -> str:
        """A new user's token, which is shown this once and cannot be had again.

        Raises:
            InputError: for a name that is taken, empty or too long.
        """
        name = name.strip()
        if not name.isprintable() or not 0 < len(name) <= _MAX_NAME:
            raise InputError("NAME", "no name", f"give 1 to {_MAX_NAME} printable characters")
        token = secrets.token_urlsafe(32)
        with self._write() as session:
            if session.scalar(select(TokenTable).where(TokenTable.name == name)):
                what = "there is, or was, a token of that name"
                raise InputError(name, what, "choose another; the history names users by it")
            session.add(
                TokenTable(name=name, role=role, hash=_hash(token), created=now(), revoked=None)
            )
        return token

    def list(self) -> list[User]:
        """Everybody who has or had a token, in the order in which they got it."""
        with self._read() as session:
            return [_user(row) for row in session.scalars(select(TokenTable).order_by("id"))]

    def any(self) -> bool:
        """Whether there is, or ever was, a token: a store that had one is not open to everybody."""
        with self._read() as session:
            return session.scalar(select(TokenTable.id).limit(1)) is not None

    def revoke(self, name: str) -> None:
        """From now on the token of that name opens nothing.

        Raises:
            InputError: where there is none.
        """
        with self._write() as session:
            row = session.scalar(select(TokenTable).where(TokenTable.name == name))
            if row is None:
                raise InputError(
                    name, "there is no token of that name", "see `bifinding tokens list`"
                )
            row.revoked = row.revoked or now()

    def who(self, token: str) -> User | None:
        """The user whose token this is; None for an unknown or a revoked one."""
        with self._read() as session:
            # Looked up by its hash: how long that takes tells nothing about the token.
            row = session.scalar(select(TokenTable).where(TokenTable.hash == _hash(token)))
            return _user(row) if row and row.revoked is None else None


def _hash(token: str) -> str:
    # No salt and no slow hash: the token is 256 random bits, not a word that could be guessed.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _user(row: TokenTable) -> User:
    return User(
        row.name,
        row.role,  # pyright: ignore[reportArgumentType]
        datetime.fromisoformat(row.created),
        datetime.fromisoformat(row.revoked) if row.revoked else None,
    )
