"""Breaking Chinese text into lines, and making a line fit. Pure, but for the font's widths."""

import re

from api.kit.paper.sheet import width_mm

# A word of Latin letters or digits stays together, closing marks stay behind what they close and
# opening ones before what they open (GB/T 15834: no line begins with a closing mark).
_TOKEN = re.compile(
    r"[（《“‘【「『〔]*(?:[!-~¥]+|.)[，。、；：？！）》”’】」』〕…—％℃·]*", re.DOTALL
)


def lines_of(text: str, *, width_max_mm: float, size_pt: float) -> list[str]:
    """The printable text in lines of at most this width; an empty text is one empty line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for token in _TOKEN.findall(paragraph):
            if width_mm(line + token.rstrip(), size_pt) <= width_max_mm:
                line += token
                continue
            if line.strip():
                lines.append(line.rstrip())
            *full, line = _cut(token.lstrip(), width_max_mm, size_pt)
            lines += full
        lines.append(line.rstrip())
    return lines


def fitting(
    text: str, *, width_max_mm: float, size_pt: float, size_min_pt: float
) -> tuple[str, float]:
    """One line and its size: made smaller down to a bound, then cut with ``…``."""
    size = size_pt
    while width_mm(text, size) > width_max_mm and size - 0.5 >= size_min_pt:
        size -= 0.5
    if width_mm(text, size) <= width_max_mm:
        return text, size
    while text and width_mm(text + "…", size) > width_max_mm:
        text = text[:-1]
    return text + "…", size


def _cut(token: str, width_max_mm: float, size_pt: float) -> list[str]:
    """A token into pieces that fit, each of at least one character; the last one may go on."""
    pieces = [""]
    for character in token:
        if pieces[-1] and width_mm(pieces[-1] + character, size_pt) > width_max_mm:
            pieces.append("")
        pieces[-1] += character
    return pieces
