"""CSV as shops save it: any of three encodings, any of three delimiters, quoted line breaks.

Line numbers are those of a text editor, so that a person finds the line that was refused.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

BOM = "\ufeff"  # the mark by which spreadsheets know UTF-8
LINES_MAX = 100_000  # Shopify itself splits exports long before this
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would execute (OWASP)
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


class CatalogueError(ValueError):
    """The file as a whole cannot be read. `code`: encoding, empty, no_rows, missing_columns,
    too_many_lines, broken_quotes; `detail` is of no language: the columns, the line's number."""

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the line on which it begins, and its cells by lower-case column name."""

    number: int
    cells: dict[str, str]
    has_extra_cells: bool


def decode_csv(data: bytes) -> str:
    """Text of a CSV file: UTF-8, UTF-16 with a byte order mark, or GB 18030 (Excel in Chinese).

    Any bytes may pass as GB 18030, so that guess counts only if Chinese comes out of it.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decoded(data, "gb18030")
        if not _CJK.search(text):
            raise _unreadable() from None
    if "\x00" in text:
        raise _unreadable()
    return text


def read_lines(text: str, required: Sequence[str]) -> Iterator[Line]:
    """The non-blank records below the header.

    Raises CatalogueError if the header lacks a required column, there is no record or more than
    LINES_MAX of them, or a quote is never closed.
    """
    text = text.removeprefix(BOM)
    header = text.lstrip("\r\n").partition("\n")[0]
    if not header.strip():
        raise CatalogueError("empty", "The file is empty.")
    records = _records(text, max(",;\t", key=header.count))
    columns = [cell.strip().casefold() for cell in next(records)[1]]
    missing = [name for name in required if name.casefold() not in columns]
    if missing:
        named = ", ".join(missing)
        raise CatalogueError("missing_columns", f"Missing columns: {named}.", named)
    count = -1
    for count, (number, cells) in enumerate(records):
        if count >= LINES_MAX:
            raise CatalogueError("too_many_lines", f"More than {LINES_MAX} lines.")
        yield Line(number, dict(zip(columns, cells, strict=False)), any(cells[len(columns) :]))
    if count < 0:
        raise CatalogueError("no_rows", "There is a header and no line below it.")


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """The rows as a spreadsheet reads them, none of their cells run. A file of them begins with BOM."""
    file = io.StringIO()
    csv.writer(file).writerows([safe_cell(cell) for cell in row] for row in rows)
    return file.getvalue()


def safe_cell(text: str) -> str:
    """As a spreadsheet shows it and does not run it; `bare_cell` takes the apostrophe away again."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def bare_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells); the reader's own count stands at a record's last line, we want its first."""
    reader = csv.reader(_physical_lines(text), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CatalogueError("broken_quotes", f"Line {begins}: {error}.", str(begins)) from error


def _physical_lines(text: str) -> Iterator[str]:
    """Lines as an editor counts them: ended by \\n, \\r\\n or a lone \\r and by nothing else."""
    start = 0
    for match in re.finditer(r"\r\n|\n|\r", text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable() from None


def _unreadable() -> CatalogueError:
    return CatalogueError("encoding", "The file is not text in UTF-8, UTF-16 or GB 18030.")
