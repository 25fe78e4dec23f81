"""Markdown as a person reads it where letters alone are shown: our own lists of credits, no more.

Headings, tables, links and points of a list lose their marks; everything else stays as it is.
"""

import re

_RULE = re.compile(r"\|[\s:|-]+\|")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")


def without_marks(text: str) -> str:
    """The same text, each row of a table as one line with points between its cells."""
    lines = [_line(line) for line in text.splitlines() if not _RULE.fullmatch(line.strip())]
    return "\n".join(lines)


def _line(line: str) -> str:
    line = _LINK.sub(r"\1 (\2)", line).replace("`", "")
    if line.startswith("|") and line.endswith("|"):
        return " · ".join(cell.strip() for cell in line.strip("|").split("|"))
    return re.sub(r"^#+ ", "", re.sub(r"^[*-] ", "• ", line))
