"""PDFs: what they say can be read back, and the same words are the same bytes."""

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from api.kit.paper.document import Code, Column, Gap, Heading, PageBreak, Paragraph, Picture, Table
from api.kit.paper.document import pdf_of as document
from api.kit.paper.labels import A4_24, ROLL_60_40, Label, LabelLine, LabelSheet, labels_of
from api.kit.paper.lines import fitting, lines_of
from api.kit.paper.sheet import printable, qr_squares, unprintable, width_mm


def _texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_what_a_document_says_can_be_read_back() -> None:
    """Headings, running text, fields, figures: every character, in order."""
    blocks = [
        Heading("人民调解协议书"),
        Paragraph("编号：邻调〔2026〕第 12 号", align="right"),
        Paragraph("双方自愿达成如下协议：每晚十点后不再跳广场舞。" * 6, indented=True),
        Table(
            [Column("品名", 3), Column("数量", 1, "right")], [["上海青", "12 份"], ["土豆", "3"]]
        ),
        Gap(),
        Code("LL:1", "扫码核对"),
    ]

    (text,) = _texts(document(blocks, title="协议", foot="邻里调委会"))

    said = (
        "人民调解协议书编号：邻调〔2026〕第12号"
        + "双方自愿达成如下协议：每晚十点后不再跳广场舞。" * 6
        + "品名数量上海青12份土豆3扫码核对邻里调委会第1页，共1页"
    )
    assert said == _squeezed(text)


def test_names_beyond_the_first_plane_are_printed_and_read_back() -> None:
    """𬱖, 𫖯, 𬀩 are in 通规汉字表 and in people's names; the library alone told them wrongly."""
    names = "孔𬱖、王𫖯、李𬀩、张㙍、刘䶮、陈堃喆、臺灣"

    (text,) = _texts(document([Paragraph(names)], title="名单"))

    assert names in text
    assert "" == unprintable(names)


def test_what_the_font_lacks_is_visible_and_told() -> None:
    """No crash, no silent hole: 〓 on paper, and the characters for whoever writes them in."""
    name = "刘㵘😀\u200d王\ufe0f\x07"

    assert "刘〓〓王 " == printable(name)
    assert "㵘😀" == unprintable(name)
    assert "刘〓" in _texts(document([Paragraph(name)], title="名单"))[0]


def test_the_same_words_give_the_same_bytes() -> None:
    """No date, no chance: a bundle's checksum holds."""
    blocks = [Heading("清单"), Table([Column("户", 1)], [[str(n)] for n in range(99)]), PageBreak()]

    assert document(blocks, title="清单") == document(blocks, title="清单")


def test_a_long_table_says_its_titles_on_every_page() -> None:
    """Every row once, in order; a row taller than a page goes on on the next."""
    rows = [[f"第{n}户", "青菜" * (n % 7 + 1)] for n in range(150)]
    rows[70][1] = "补" * 4000

    pages = _texts(document([Table([Column("户名", 1), Column("内容", 3)], rows)], title="表"))

    assert len(pages) > 5
    assert all("户名" in page and "内容" in page for page in pages)
    assert [f"第{n}户" for n in range(150)] == re.findall(r"第\d+户", "".join(pages))
    assert 4000 == "".join(pages).count("补")


def test_only_our_font_is_named_and_it_is_inside() -> None:
    """A printer that has no fonts at all prints it."""
    pdf = document([Heading("标题"), Paragraph("正文 text 123")], title="字体")

    fonts = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"]  # pyright: ignore[reportIndexIssue]
    assert fonts
    for font in fonts.values():
        assert "LinliPaperSans" in font.get_object()["/BaseFont"]
        assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_a_picture_fits_the_page_and_stays_a_jpeg() -> None:
    """A tall photo is made smaller, never cut; its bytes are carried as they are."""
    out = BytesIO()
    Image.new("RGB", (300, 3000), "white").save(out, "JPEG")

    pdf = document([Paragraph("证据"), Picture(out.getvalue(), 170)], title="照片")

    assert 2 == len(PdfReader(BytesIO(pdf)).pages)
    assert out.getvalue() in _raw(pdf)


def _raw(pdf: bytes) -> bytes:
    (image,) = PdfReader(BytesIO(pdf)).pages[1].images
    return image.data


@pytest.mark.parametrize("sheet", [A4_24, ROLL_60_40])
def test_labels_fill_sheets_in_order(sheet: LabelSheet) -> None:
    """Twenty-four to a page of A4, one to a page of a roll; what is on a label is read back."""
    labels = [
        Label((LabelLine(f"{n}号楼 502", 16, bold=True), LabelLine("青菜 500 克 × 2")), f"LL:{n}")
        for n in range(1, 31)
    ]

    pages = _texts(labels_of(labels, title="标签", sheet=sheet))

    assert -(-30 // (sheet.columns * sheet.rows)) == len(pages)
    assert [str(n) for n in range(1, 31)] == re.findall(r"(\d+)号楼", "\n".join(pages))
    assert 30 == _squeezed("".join(pages)).count("青菜500克×2")


def test_no_labels_are_one_empty_page() -> None:
    """An empty cycle prints, and nothing is on it."""
    assert [""] == _texts(labels_of([], title="标签"))


def test_the_code_that_is_drawn_is_the_code_that_was_meant() -> None:
    """The squares on paper, read out of the page's drawing, are those of the QR code."""
    pdf = labels_of([Label((), "LL:0192f0c1-55aa")], title="标签", sheet=ROLL_60_40)

    drawing = PdfReader(BytesIO(pdf)).pages[0].get_contents()
    assert drawing is not None
    boxes = [
        [float(part) for part in found.split()]
        for found in re.findall(r"((?:[\d.]+ ){4})re", drawing.get_data().decode("latin-1"))
    ]
    squares = qr_squares("LL:0192f0c1-55aa")
    side = boxes[0][3]
    left, top = min(box[0] for box in boxes), max(box[1] for box in boxes)
    dark = {
        (round((top - y) / side), round((x - left) / side) + step)
        for x, y, width, _ in boxes
        for step in range(round(width / side))
    }
    assert {(y, x) for y, row in enumerate(squares) for x, on in enumerate(row) if on} == dark


TEXTS = st.text(
    st.sampled_from("邻里青菜，。（）《》“”：；ab1 2.5¥\n　𬱖〓…") | st.characters(), max_size=200
)


@settings(max_examples=60)
@given(TEXTS, st.floats(5, 60))
def test_breaking_lines_loses_nothing_and_runs_over_nothing(text: str, width: float) -> None:
    """Every character that shows stands in one line; no line is wider than its room."""
    shown = printable(text)

    lines = lines_of(shown, width_max_mm=width, size_pt=9)

    assert _squeezed(shown) == _squeezed("".join(lines))
    assert all(width_mm(line, 9) <= width + 1e-6 or len(line) == 1 for line in lines)


@given(TEXTS, st.floats(5, 60))
def test_a_line_that_does_not_fit_is_made_smaller_then_cut(text: str, width: float) -> None:
    """It never runs into the code beside it, and a cut shows."""
    shown = printable(text).replace("\n", " ")

    line, size = fitting(shown, width_max_mm=width, size_pt=12, size_min_pt=6)

    assert width_mm(line, size) <= width
    assert line == shown or line.endswith("…")


def test_no_line_begins_with_a_closing_mark() -> None:
    """As Chinese is printed (GB/T 15834)."""
    text = "王小明说：“今天的青菜（上海青），新鲜吗？”李奶奶答：“新鲜！”" * 3

    for width in range(15, 60):
        lines = lines_of(text, width_max_mm=width, size_pt=9)
        assert not any(line[0] in "，。？！：”）" for line in lines), (width, lines)
        assert not any(line[-1] in "“（" for line in lines), (width, lines)
