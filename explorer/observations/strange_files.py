"""What a file is that is not the CSV expected: its encoding, its separators, its first line.

Spreadsheets save tables in many ways. A person who is told which one it was knows what to change.
"""

import re
from collections.abc import Collection, Mapping

UTF16 = (b"\xff\xfe", b"\xfe\xff")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How archives, new workbooks (which are archives) and old workbooks begin."""
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LOOK = 4_000  # bytes that tell what a file is
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
AS_UTF8 = "save it as “CSV UTF-8”"


def decoded(content: bytes) -> str | None:
    """Return the text of a file in UTF-8; None where it is none."""
    if b"\0" in content[:LOOK]:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def strange_content(content: bytes) -> str:
    """Say what a file is that is no text in UTF-8, and what to do."""
    if content.startswith(WORKBOOKS):
        return "an Excel workbook or an archive under another name; save its sheet as CSV (UTF-8)"
    if content.startswith(UTF16) or _is_utf16(content[:LOOK]):
        return f"its text is in UTF-16 (“Unicode text”), which is not read; {AS_UTF8}"
    if CONTROLS.search(content[:LOOK]):
        return "this is not a text file; save it as CSV (UTF-8)"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (
            f"line {line} holds a letter in another encoding than UTF-8, as Latin-1, Windows-1252 "
            f"or GBK; {AS_UTF8}"
        )
    return "this is not a text file; save it as CSV (UTF-8)"


def strange_separator(text: str) -> str:
    """Say what separates the columns of the first line where no comma does; else nothing."""
    if not text.strip():
        return "the file is empty"
    first = text.lstrip().split("\n", 1)[0]
    for mark, words in SEPARATORS.items():
        if first.count(mark) > first.count(","):
            return (
                f"its columns are separated by {words}; separate them by commas, with points in "
                "numbers (12.5)"
            )
    return ""


def strange_heading(
    columns: Collection[str], wanted: Collection[str], other_names: Mapping[str, Collection[str]]
) -> str:
    """Say why the first line is not the heading that is wanted, where that can be told.

    Parameters
    ----------
    columns : collection of str
        As the first line has them.
    wanted : collection of str
        Names of columns; those in ``columns`` are none of the fault.
    other_names : mapping of wanted name -> other names
        How others call a column, in lower case.

    Returns
    -------
    str
        What is wrong and what to do; nothing where it cannot be told.
    """
    if sum(NUMBER.fullmatch(column) is not None for column in columns) >= 2:
        return (
            "there is no heading: the first line holds values. Put the names of the columns above "
            f"it, such as {','.join(wanted)}"
        )
    renamed = {}
    for name in wanted:
        names = {name.lower(), *other_names.get(name, ())}
        like = next((each for each in columns if each.strip().lower() in names), None)
        if name not in columns and like is not None:
            renamed[like] = name
    if not renamed:
        return ""
    told = ", ".join(f"{like!r} to {name!r}" for like, name in renamed.items())
    absent = [name for name in wanted if name not in {*columns, *renamed.values()}]
    more = f", and add {', '.join(absent)}" if absent else ""
    return f"rename the column{'s' * (len(renamed) != 1)} {told}{more}"


def _is_utf16(head: bytes) -> bool:
    """Tell whether every other byte is zero, as in UTF-16 of Latin letters without its mark."""
    return any(head[start::2].count(0) > 0.4 * len(head) for start in (0, 1))
