"""The routes at work: what comes back, in which shape, and what is refused."""

import asyncio
import json
import logging
import threading
import time

import pytest
from bifinding.app.service.log import JSONLines
from bifinding.corpus.sample import FOLDER as SAMPLE
from bifinding.corpus.schema import Analysis

from ..small_pipeline import EXIT_EN, EXIT_ZH, OVERTIME_EN, OVERTIME_ZH, SmallPipeline, analysed

EXIT = {"en": EXIT_EN, "zh": EXIT_ZH}
OVERTIME = {"id": "A-2", "en": OVERTIME_EN, "zh": OVERTIME_ZH, "given": {"area": "PA6"}}


def error(response):
    assert set(response.json()) == {"error"}
    body = response.json()["error"]
    assert set(body) == {"type", "message", "request_id"}
    assert body["request_id"] == response.headers["x-request-id"]
    assert "\n" not in body["message"]
    return response.status_code, body["type"], body["message"]


# --- JSON -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/classify", "/check", "/align", "/extract"])
def test_one_finding_gives_a_record_and_a_list_a_list(shared, path):
    one = Analysis.model_validate(shared.post(path, json=EXIT).json())
    assert (one.en, one.zh, one.area.label) == (EXIT_EN, EXIT_ZH, "PA7")
    records = shared.post(path, json=[EXIT, OVERTIME]).json()
    assert [record["id"] for record in records] == ["request#1", "A-2"]
    assert records[1]["given"]["area"] == "PA6"
    assert records[1]["defects"][0]["type"] == "number_mismatch"


@pytest.mark.parametrize(
    ("body", "status", "type_", "said"),
    [
        (b"{broken", 400, "json", "broken JSON"),
        (b"", 400, "json", "broken JSON"),
        (b"[" * 100_000, 400, "json", "broken JSON"),
        (b"\xff\xfe\x00", 400, "json", "broken JSON"),
        (b"null", 422, "input", "body"),
        (b"7", 422, "input", "body"),
        (b"[]", 422, "input", "no finding"),
        (b"{}", 422, "input", "fill in en, zh or both"),
        (b'{"en": " \\n"}', 422, "input", "no text"),
        (b'{"en": 7}', 422, "input", "en: Input should be a valid string"),
        (b'{"en": "x", "colour": "red"}', 422, "input", "colour"),
        (b'{"en": "x", "given": {"area": "PA99"}}', 422, "input", "given.area"),
        (b'[{"en": "x"}, {"en": null}]', 422, "input", "1: Value error, there is no text"),
        (b'{"id": "a\\u0000", "en": "x"}', 422, "input", "id"),
    ],
)
def test_a_body_that_is_no_finding_is_refused_with_its_place(shared, body, status, type_, said):
    headers = {"Content-Type": "application/json"}
    for path in ("/classify", "/analyse"):
        found = error(shared.post(path, content=body, headers=headers))
        assert found[:2] == (status, type_)
        assert said in found[2]


def test_another_media_type_is_refused(shared):
    response = shared.post("/classify", content=b"An exit", headers={"Content-Type": "text/plain"})
    assert error(response)[:2] == (415, "media_type")


# --- files ----------------------------------------------------------------------------------


def upload(client, *files, **headers):
    return client.post("/analyse", files=[("files", file) for file in files], headers=headers)


SAMPLE_FILE = ("audit.txt", (SAMPLE / "report.txt").read_bytes())


def test_a_report_is_analysed_and_stored_and_found_again(client):
    [report] = upload(client, SAMPLE_FILE).json()["reports"]
    assert report["new"]
    assert report["stored"]["file"] == "audit.txt"
    assert report["stored"]["findings"] == len(report["findings"]) == 17
    id_ = report["stored"]["id"]
    again = upload(client, ("copy.txt", SAMPLE_FILE[1])).json()["reports"][0]
    assert (again["new"], again["stored"]["id"]) == (False, id_)
    listed = client.get("/reports").json()
    assert (listed["total"], listed["items"][0]["id"]) == (1, id_)
    page = client.get("/findings", params={"report": id_, "size": 5, "page": 2}).json()
    assert (page["total"], len(page["items"])) == (17, 5)
    whole = client.get(f"/reports/{id_}").json()
    assert whole["report"]["ratings"]["PA6"] == "E"
    assert whole["issues"]
    finding = client.get(f"/findings/{page['items'][0]['id']}").json()
    assert finding["record"]["model"] == "small-1"
    assert client.delete(f"/reports/{id_}").status_code == 204
    assert error(client.get(f"/reports/{id_}"))[:2] == (404, "not_found")


def test_a_bad_file_costs_no_other(client):
    answer = upload(client, ("noise.pdf", b"%PDF-1.7\nnoise"), SAMPLE_FILE).json()
    assert [report["stored"]["file"] for report in answer["reports"]] == ["audit.txt"]
    [failed] = answer["errors"]
    assert failed["file"] == "noise.pdf"
    assert failed["message"].startswith("noise.pdf: the PDF is broken")


def test_json_is_stored_too(client):
    [report] = client.post("/analyse", json=[EXIT, OVERTIME]).json()["reports"]
    assert report["stored"]["layout"] == "table"
    assert client.get("/findings?q=加班").json()["items"][0]["name"] == "A-2"


def test_a_folder_in_a_files_name_is_left_out(client):
    [report] = upload(client, ("../../etc/secret\\dir\\ab.txt", EXIT_EN.encode())).json()["reports"]
    assert report["stored"]["file"] == "ab.txt"


def test_a_form_without_a_file(shared):
    assert error(shared.post("/analyse", data={"files": "no"}))[:2] == (415, "media_type")
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    empty = shared.post("/analyse", content=b"--x--\r\n", headers=multipart)
    assert error(empty)[:2] == (422, "input")
    broken = shared.post(
        "/analyse", content=b"nothing", headers={"Content-Type": "multipart/form-data"}
    )
    assert error(broken)[0] == 400


def test_lines_come_as_findings_are_done(client):
    with client.stream(
        "POST",
        "/analyse",
        files=[("files", SAMPLE_FILE), ("files", ("x.bin", b"\x00\x01"))],
        headers={"Accept": "application/x-ndjson"},
    ) as response:
        assert response.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in response.iter_lines() if line]
    kinds = [next(iter(line)) for line in lines]
    assert kinds == ["finding"] * 17 + ["report", "file"]
    assert lines[17]["report"]["stored"]["findings"] == 17
    assert lines[18]["error"]["type"] == "input"
    assert lines[18]["file"] == "x.bin"


# --- review ---------------------------------------------------------------------------------


def test_a_correction_is_entered_and_comes_back_as_training_data(client):
    client.post("/analyse", json=[EXIT, OVERTIME])
    [row, *_] = client.get("/findings?order=worklist&reviewed=false").json()["items"]
    assert row["name"] == "A-2"
    key = client.get(f"/findings/{row['id']}").json()["defects"][0]["key"]
    says = {"question": "6.4", "accepted": True, "defects": {key: "dismissed"}}
    after = client.post(f"/findings/{row['id']}/corrections", json=says).json()
    assert (after["area"], after["question"], after["level"]) == ("PA6", "6.4", None)
    assert {change["who"] for change in after["history"]} == {"local"}
    [line] = client.get("/corrections").text.splitlines()
    assert json.loads(line)["given"]["question"] == "6.4"
    agreement = {a["task"]: a for a in client.get("/counts").json()["agreement"]}
    assert (agreement["question"]["findings"], agreement["question"]["agreed"]) == (1, 0)


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"area": "PA99"}, 422),
        ({"question": "99.1"}, 422),
        ({"colour": "red"}, 422),
        ({"defects": {"no such": "dismissed"}}, 404),
        ({"defects": {"x": "perhaps"}}, 422),
        ([], 422),
    ],
)
def test_a_correction_that_cannot_be_is_refused_whole(client, store, says, status):
    client.post("/analyse", json=EXIT)
    if isinstance(says, dict):
        says = {"severity": "critical", **says}
    assert error(client.post("/findings/1/corrections", json=says))[0] == status
    assert store.finding(1).history == []


def test_issues_are_judged(client, store):
    id_, _ = store.add(analysed(), "ann")
    key = client.get(f"/reports/{id_}").json()["issues"][0]["key"]
    answer = client.post(f"/reports/{id_}/corrections", json={"issues": {key: "dismissed"}})
    assert answer.json()["issues"][0]["verdict"] == "dismissed"


@pytest.mark.parametrize(
    "path",
    [
        "/findings?area=PA99", "/findings?size=0", "/findings?size=100000", "/findings?page=-1",
        "/findings?report=x", "/findings?report=99999999999999999999", "/findings?colour=red",
        "/findings?supplier=%00", "/reports?supplier=%00", "/findings/0", "/findings/x",
        "/reports/99999999999999999999", "/reports?page=99999999999999",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_is_refused(shared, path):
    assert error(shared.get(path))[:2] == (422, "input")


# --- limits ---------------------------------------------------------------------------------


def test_too_many_findings_and_too_long_a_text(serve):
    client = serve(max_findings=2, max_text=100)
    assert error(client.post("/classify", json=[EXIT] * 3))[:2] == (413, "too_many")
    assert error(upload(client, SAMPLE_FILE))[:2] == (413, "too_many")
    assert error(client.post("/check", json={"en": "x " * 51}))[:2] == (413, "too_long")


def test_a_body_too_large_is_refused_by_what_it_says_of_itself(serve):
    client = serve(max_body=10_000)
    headers = {"Content-Type": "application/json", "Content-Length": str(1 << 40)}
    assert error(client.post("/classify", content=b"{}", headers=headers))[:2] == (413, "too_large")


def test_a_body_that_grows_too_large_is_refused_before_it_is_all_there(serve):
    client, sent = serve(max_body=10_000), []

    def endless():
        for _ in range(1_000):
            sent.append(1)
            yield b"x" * 1_000

    for kind in ("application/json", "multipart/form-data; boundary=x"):
        response = client.post("/analyse", content=endless(), headers={"Content-Type": kind})
        assert error(response)[:2] in [(413, "too_large"), (400, "request")]


def test_a_body_that_does_not_come_is_not_waited_for(serve):
    app, answered = serve(max_seconds=0.05).app, []

    async def never():
        await asyncio.sleep(60)

    async def send(message):
        answered.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/classify", "query_string": b"",
        "scheme": "http", "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
    }  # fmt: skip
    asyncio.run(app(scope, never, send))
    assert answered[0]["status"] == 408


def test_what_takes_too_long_is_given_up(serve, store):
    client = serve(SmallPipeline(delay=0.02), max_seconds=0.05)
    assert error(client.post("/analyse", json=[EXIT] * 30))[:2] == (413, "too_slow")
    assert store.reports().total == 0


def test_where_all_places_are_taken_the_answer_is_503(serve):
    client = serve(SmallPipeline(delay=2), workers=1, waiting=0)
    first = threading.Thread(target=lambda: client.post("/classify", json=EXIT))
    first.start()
    time.sleep(0.2)
    response = client.post("/classify", json=EXIT)
    assert error(response)[:2] == (503, "busy")
    assert int(response.headers["retry-after"]) > 0
    ndjson = {"Accept": "application/x-ndjson"}
    assert client.post("/analyse", json=EXIT, headers=ndjson).status_code == 503
    first.join()
    assert client.post("/classify", json=EXIT).status_code == 200


# --- the service itself ---------------------------------------------------------------------


def test_health_says_what_is_the_matter(client, store, monkeypatch):
    assert client.get("/health").json()["status"] == "ok"
    monkeypatch.setattr(store, "alive", lambda: False)
    assert error(client.get("/health"))[:2] == (503, "store")


def test_models_names_the_one_in_use(client, tmp_path, monkeypatch):
    monkeypatch.setenv("BIFINDING_HOME", str(tmp_path))
    [model] = client.get("/models").json()
    assert (model["version"], model["in_use"]) == ("shipped", True)
    assert 0.5 < model["accuracy"]["area"] < 1


def test_a_request_id_that_is_given_is_kept_and_one_that_is_odd_is_not(shared):
    assert (
        shared.get("/health", headers={"X-Request-ID": "job-7"}).headers["x-request-id"] == "job-7"
    )
    for odd in ("a b", "x" * 65, "{}"):
        assert shared.get("/health", headers={"X-Request-ID": odd}).headers["x-request-id"] != odd


@pytest.mark.parametrize("log_text", [False, True])
def test_logs_hold_no_text_unless_asked(serve, caplog, log_text):
    client = serve(log_text=log_text)
    secret = {"en": "Zhao Yiming made the exit break down.", "zh": "赵一鸣"}
    with caplog.at_level(logging.INFO, "bifinding.service"):
        failed = client.post("/analyse", json=secret)
        client.get("/findings?q=Zhao")
    assert error(failed)[:2] == (500, "internal")
    assert "Zhao" not in failed.text
    lines = [JSONLines().format(record) for record in caplog.records]
    assert ("Zhao" in "".join(lines)) is log_text
    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["error", "request", "request"]
    assert events[0]["request_id"] == events[1]["request_id"] == failed.headers["x-request-id"]
    assert events[0]["error"] == "RuntimeError"
    assert events[1]["status"] == 500
    assert events[1]["ms"] > 0


def test_a_failure_in_mid_stream_is_the_last_line(client):
    lines = client.post(
        "/analyse",
        json=[EXIT, {"en": "It should break down."}],
        headers={"Accept": "application/x-ndjson"},
    ).text.splitlines()
    assert json.loads(lines[-1])["error"]["type"] == "internal"
    assert "break down" not in lines[-1]
