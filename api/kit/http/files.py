"""Files to download: tables as CSV or Excel, never kept by anybody on the way."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from starlette.responses import Response

from api.kit.sheets import CSV_TYPE, XLSX_TYPE, Row, csv_of, xlsx_of

Format = Literal["csv", "xlsx"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
# What routes say of their answers in the document.
SHEETS: dict[int | str, dict[str, Any]] = {
    200: {"description": "文件", "content": {CSV_TYPE: _BINARY, XLSX_TYPE: _BINARY}}
}


async def sheet(title: str, rows: Sequence[Row], *, form: Format, name: str) -> Response:
    """A table in the wished form; ``title``: of the sheet, ``name``: of the file, without ending.

    Building an Excel file takes some tenths of a second of pure computing: not on the loop that
    everybody waits for.
    """
    if form == "csv":
        return _file(csv_of(rows), CSV_TYPE, f"{name}.csv")
    return _file(await asyncio.to_thread(xlsx_of, title, rows), XLSX_TYPE, f"{name}.xlsx")


def _file(raw: bytes, media_type: str, name: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "private, no-store",
    }
    return Response(raw, media_type=media_type, headers=headers)
