"""Tables as files, of rows that a test writes."""

import io
import json

import openpyxl

EN = "Two forklift drivers worked without a licence."
ZH = "两名叉车司机无证上岗。"


def csv(*rows, encoding="utf-8"):
    return "\n".join(rows).encode(encoding)


def jsonl(*rows):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def xlsx(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
