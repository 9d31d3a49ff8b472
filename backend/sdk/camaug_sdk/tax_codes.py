"""Vietnamese tax codes (mã số thuế) of organisations: ten digits, thirteen for a branch.

The tenth digit is 10 - (sum of weight times digit mod 11); prefixes that would need a "10" there
are never given out. The weights are those of python-stdnum, checked with `mst_vectors.tsv`.
"""

import re
from typing import Literal

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
NO_DIGIT = 10
_SHAPE = re.compile(r"([0-9]{9})([0-9])(?:-?([0-9]{3}))?")
Fault = Literal["tax_code_format", "tax_code_prefix", "tax_code_check"]
"""Code of a catalogue text (`field.<code>`)."""


def fault(text: str) -> Fault | None:
    """What is wrong with a tax code, or None; spaces do not matter."""
    found = _SHAPE.fullmatch(text.replace(" ", ""))
    if found is None or found[3] == "000":
        return "tax_code_format"
    check = check_value(found[1])
    if check == NO_DIGIT:
        return "tax_code_prefix"
    return None if check == int(found[2]) else "tax_code_check"


def check_value(prefix: str) -> int:
    """The tenth digit for the first nine; 10 when there is none."""
    products = (weight * int(digit) for weight, digit in zip(WEIGHTS, prefix, strict=True))
    return NO_DIGIT - sum(products) % 11


def normal(text: str) -> str:
    """A code without fault as it is kept: `0314409058`, or `0314409058-001` of a branch."""
    digits = text.replace(" ", "").replace("-", "")
    return f"{digits[:10]}-{digits[10:]}" if digits[10:] else digits
