"""Finding findings by their words, in both languages and in both databases alike.

A text is indexed under its words: English ones as they stand, and every word of jieba's dictionary
that stands in the Chinese, wherever a cut would fall, with its single characters. So what stands in
a text is found, whatever stands around it. The database only keeps and looks up words: SQLite in an
FTS5 table, PostgreSQL in a ``tsvector``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, TextClause, false, text

from ...nlp.language import jieba_tokenizer

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search USING fts5(words, tokenize='unicode61 remove_diacritics 0')",
        # A virtual table knows no foreign keys.
        "CREATE TRIGGER findings_search AFTER DELETE ON findings "
        "BEGIN DELETE FROM search WHERE rowid = old.id; END",
    ),
    "postgresql": (
        "CREATE TABLE search (finding_id integer PRIMARY KEY "
        "REFERENCES findings (id) ON DELETE CASCADE, words tsvector NOT NULL)",
        "CREATE INDEX ix_search_words ON search USING gin (words)",
    ),
}
_PUT = {
    "sqlite": "INSERT INTO search (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO search (finding_id, words) "
    "VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))",
}
_MATCH = {
    "sqlite": "findings.id IN (SELECT rowid FROM search WHERE search MATCH :words)",
    "postgresql": "findings.id IN (SELECT finding_id FROM search "
    "WHERE search.words @@ CAST(:words AS tsquery))",
}
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]+")
_LONGEST = 64  # characters of a word; what follows is not looked at
_MOST = (
    20_000  # distinct words of a finding: a tsvector holds 1 MB, real findings some hundred words
)
_PREFIX = 3  # a Latin word of as many letters finds the words that begin with it


def words(en: str | None, zh: str | None) -> set[str]:
    """The words under which a finding is indexed."""
    found: set[str] = set()
    for run in (*_runs(en or ""), *_runs(zh or "")):
        if len(found) >= _MOST:
            break
        if run["han"]:
            found.update(_lattice(run[0]))
        else:
            found.add(run[0][:_LONGEST])
    return found


def put(connection: Connection, finding: int, en: str | None, zh: str | None) -> None:
    """Indexes a finding that is not indexed yet. Deleting the finding deletes its words too."""
    said = " ".join(sorted(words(en, zh)))
    connection.execute(text(_PUT[connection.dialect.name]), {"id": finding, "words": said})


def matching(query: str, dialect: str) -> ColumnElement[bool] | TextClause:
    """The condition that all words of the query stand in a finding; without a word, none is found."""
    asked: list[str] = []
    for run in _runs(query):
        if run["han"]:
            asked += [_term(word, False, dialect) for word in _cut(run[0])]
        else:
            asked.append(_term(run[0][:_LONGEST], len(run[0]) >= _PREFIX, dialect))
    if not asked:
        return false()
    joined = (" AND " if dialect == "sqlite" else " & ").join(dict.fromkeys(asked))
    return text(_MATCH[dialect]).bindparams(words=joined)


def _term(word: str, prefix: bool, dialect: str) -> str:
    if dialect == "sqlite":
        return f'"{word}"*' if prefix else f'"{word}"'
    return f"'{word}':*" if prefix else f"'{word}'"


def _runs(text: str) -> Iterator[re.Match[str]]:
    return _RUN.finditer(unicodedata.normalize("NFKC", text).casefold())


def _lattice(run: str) -> Iterator[str]:
    """Every dictionary word in a run of Chinese, and its characters."""
    yield from run
    for start, ends in jieba_tokenizer().get_DAG(run).items():
        yield from (run[start : end + 1] for end in ends if end > start)


def _cut(run: str) -> list[str]:
    """A run of a query in dictionary words; without jieba's guesses at others, which no index has."""
    return [word for word in jieba_tokenizer().cut(run, HMM=False) if word]
