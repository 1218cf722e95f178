"""Tokens: shown once, kept as a hash, revoked at once."""

from datetime import UTC, datetime

import pytest
from bifinding.app.store import ROLES, User
from bifinding.corpus.schema import InputError
from sqlalchemy import text


def test_a_token_opens_until_it_is_revoked(store):
    assert not store.tokens.any()
    token = store.tokens.add("Ann", "reviewer")
    user = store.tokens.who(token)
    assert (user.name, user.role) == ("Ann", "reviewer")
    store.tokens.revoke("Ann")
    assert store.tokens.who(token) is None
    assert store.tokens.any()  # a store that had one does not fall open
    [user] = store.tokens.list()
    assert user.revoked is not None


def test_the_token_itself_is_nowhere_in_the_store(store):
    token = store.tokens.add("安娜", "admin")
    with store.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM tokens")).all()
    assert token not in str(rows)
    assert len(token) >= 40


def test_anything_else_opens_nothing(store):
    store.tokens.add("Ann", "reader")
    for wrong in ("", "x", "Bearer", "赵", "\ud800", "\x00"):
        assert store.tokens.who(wrong) is None


def test_a_name_that_is_taken_or_none_is_refused(store):
    store.tokens.add("Ann", "reader")
    for name in ("Ann", " Ann ", "", "   ", "x" * 101, "a\nb", "a\x00"):
        with pytest.raises(InputError):
            store.tokens.add(name, "admin")


def test_revoking_what_is_not_there(store):
    with pytest.raises(InputError, match="no token"):
        store.tokens.revoke("Ann")


@pytest.mark.parametrize(("has", "may"), [("reader", 1), ("reviewer", 2), ("admin", 3)])
def test_each_role_may_do_what_those_below_it_may(has, may):
    user = User("Ann", has, datetime.now(UTC))
    assert [user.may(role) for role in ROLES] == [True] * may + [False] * (3 - may)
