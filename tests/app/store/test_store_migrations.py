"""A store of any version opens, with what was in it."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from bifinding.app.store import Filters, Store
from bifinding.app.store.database import migrate
from bifinding.app.store.tables import Base
from bifinding.corpus.schema import InputError
from sqlalchemy import create_engine, inspect, text

from ..small_pipeline import analysed

TABLES = {"reports", "findings", "predictions", "citations", "corrections", "tokens"}


def test_an_empty_database_gets_the_tables_that_the_code_expects(store):
    assert set(inspect(store.engine).get_table_names()) >= TABLES
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    ours = [d for d in differences if "search" not in str(d)]  # no table of SQLAlchemy's
    assert ours == []


def test_a_store_of_the_first_version_keeps_what_is_in_it(store, url):
    store.add(analysed(), "ann")
    with store.engine.begin() as connection:  # as the first version left it
        connection.execute(text("DROP TABLE search"))
        if store.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER findings_search"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    store.close()
    again = Store(url)
    assert [row.name for row in again.findings(Filters(q="exits")).items] == ["lamps#1"]
    assert [row.name for row in again.findings(Filters(q="安全出口")).items] == ["lamps#1"]
    again.delete_report(1)
    assert again.findings(Filters(q="exits")).total == 0
    again.close()


def test_opening_again_changes_nothing(store, url):
    store.add(analysed(), "ann")
    again = Store(url)
    assert again.findings().total == 3
    again.close()


def test_the_first_version_alone(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/first.db")
    migrate(engine, "0001")
    assert set(inspect(engine).get_table_names()) == TABLES | {"alembic_version"}
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("/no/such/folder/store.db", "cannot be opened"),
        ("mysql://ann@host/x", "--store"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("postgresql://ann:secret@127.0.0.1:1/x", "cannot be opened"),
        ("nonsense://", "--store"),
    ],
)
def test_a_store_that_cannot_be_opened_is_one_line_without_a_password(url, said):
    with pytest.raises(InputError) as raised:
        Store(url)
    line = str(raised.value)
    assert said in line
    assert "secret" not in line
    assert "\n" not in line


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "store.db"
    path.write_bytes(b"no database at all, but a letter " * 99)
    with pytest.raises(InputError, match="cannot be opened"):
        Store(str(path))


def test_without_an_address_it_is_a_file_in_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path / "home"))
    Store().close()
    assert (tmp_path / "home" / "findings.db").is_file()
