"""Whatever the command line refuses does the service no harm."""

import pytest

from ...corpus.test_read import BAD
from ..small_pipeline import EXIT_EN


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_a_4xx_of_one_line_and_the_next_one_works(shared, name):
    data, what = BAD[name]
    response = shared.post("/analyse", files={"files": ("audit.pdf", data)})
    assert response.status_code == 422
    body = response.json()["error"]
    assert body["message"].startswith("audit.pdf: ")
    assert what in body["message"]
    assert "\n" not in body["message"]
    assert shared.get("/reports").json()["total"] == 0
    assert shared.post("/classify", json={"en": EXIT_EN}).status_code == 200


def test_rows_that_are_lost_are_told_and_cost_no_other(shared):
    data = b'{"id": "7", "en": "An exit was locked."}\n{broken\n{"id": "8\\u0000", "en": "x y."}\n'
    [report] = shared.post("/analyse", files={"files": ("a.jsonl", data)}).json()["reports"]
    assert "7" in [record["id"] for record in report["findings"]]
    assert any(problem["place"] == "line 2" for problem in report["report"]["problems"])
    shared.delete(f"/reports/{report['stored']['id']}")
