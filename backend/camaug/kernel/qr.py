"""QR codes as screens and receipts carry them."""


def rows(text: str, *, error: str | None = None) -> list[str]:
    """The code of a text, line by line: `1` is dark. `error` is the least correction level.

    segno is imported on first use: few processes ever make a code, and it takes 1 MiB.
    """
    import segno  # noqa: PLC0415  (see above)

    made = segno.make_qr(text, error=error)
    return ["".join("1" if dark else "0" for dark in row) for row in made.matrix]
