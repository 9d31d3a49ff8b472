"""The open data of a month (dữ liệu mở): the same figures as the board's, as CSV and JSON.

The CSV is UTF-8 with a byte order mark and CRLF (RFC 4180). A cell that a spreadsheet would take
for a formula begins with an apostrophe.
"""

import csv
import hashlib
import io
from datetime import date
from typing import Any, Literal

import msgspec

from camaug_sdk.measures import SMALLEST_SHOWN, Figures, Published

FORMAT = "camaug-figures-1"
"""Another number when a key goes or means something else."""
SOURCE = "CaMau-G Open, core.dossier_count"
LICENCE = None
"""Not decided: the province says under which terms its data may be used."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NAMES = Figures.__struct_fields__
Kind = Literal["csv", "json"]


def as_json(told: Published, month: date) -> bytes:
    """Null is hidden."""
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "format": FORMAT,
                "month": f"{month:%Y-%m}",
                "source": SOURCE,
                "licence": LICENCE,
                "made_at": told.made_at,
                "hidden_below": SMALLEST_SHOWN,
                "agencies": _lines(told, month),
            }
        )
    )


def as_csv(told: Published, month: date) -> bytes:
    """`<5` is hidden; each row says where it comes from, for a CSV has no other place for it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["month", "agency_code", "agency_vi", "agency_en", "commune_code", *NAMES,
         "source", "licence", "made_at"]
    )  # fmt: skip
    for line in _lines(told, month):
        given = [f"<{SMALLEST_SHOWN}" if line[name] is None else line[name] for name in NAMES]
        who = [line["agency_code"], line["agency_vi"], line["agency_en"], line["commune_code"]]
        told_by = [SOURCE, LICENCE or "", told.made_at.isoformat()]
        writer.writerow([safe(one) for one in (f"{month:%Y-%m}", *who, *given, *told_by)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(cell: object) -> str:
    """The cell as text that no spreadsheet reckons with."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def etag(told: Published, month: date, kind: Kind) -> str:
    """Weak: two files with the same figures differ in the time when they were made."""
    seen = msgspec.json.encode((FORMAT, kind, f"{month:%Y-%m}", _lines(told, month)))
    return f'W/"{hashlib.blake2b(seen, digest_size=12).hexdigest()}"'


def _lines(told: Published, month: date) -> list[dict[str, Any]]:
    named = {one.agency_code: one for one in told.agencies}
    return [
        {
            "agency_code": line.agency_code,
            "agency_vi": one.name_vi if one else None,
            "agency_en": one.name_en if one else None,
            "commune_code": one.commune_code if one else None,
            **{name: getattr(line.figures, name) for name in NAMES},
        }
        for line in told.months
        if line.month == month
        for one in (named.get(line.agency_code),)
    ]
