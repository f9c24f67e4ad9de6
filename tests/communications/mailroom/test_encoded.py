"""A text in pieces says what the whole text says, in lines that mail servers take."""

import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communications.mailroom.channels.encoded import BASE64, QUOTED, encoded

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\n  =.é中"))
LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(" =.é中")
)


@st.composite
def pieces(draw):
    """Literals with a value between each two."""
    literals = draw(st.lists(TEXT, min_size=1, max_size=5))
    said = [literals[0]]
    for literal in literals[1:]:
        said += [draw(LINE), literal]
    return said


def decoded(encoding, data):
    plain = binascii.a2b_base64(data) if encoding == BASE64 else quopri.decodestring(data)
    return plain.decode().replace("\r\n", "\n")


@given(pieces())
def test_pieces_say_what_the_whole_says(said):
    encoding, data = encoded(said)
    assert decoded(encoding, data) == "".join(said) == decoded(*encoded("".join(said)))
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 76
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    assert not any(line.endswith((b" ", b"\t")) for line in data.split(b"\r\n"))


@pytest.mark.parametrize(("shared", "encoding"), [("Hello, ", QUOTED), ("您好，", BASE64)])
def test_what_is_shared_decides_on_the_encoding(shared, encoding):
    for value in ("Ana", "明" * 300, "é" * 300, ""):
        assert encoded([shared * 40, value, shared * 40])[0] == encoding


def test_a_value_breaks_no_line():
    _encoding, data = encoded(["Hello ", "Ana\r\nBcc: eve@evil.example\x00", "!\n"])
    assert decoded(QUOTED, data) == "Hello Ana Bcc: eve@evil.example !\n"


def test_what_is_shared_has_no_line_that_begins_with_a_dot():
    said = [".ink { margin: 0 }\n.card { margin: 0 }\n", "Ana", ".\n." + "x" * 80 + "\n"]
    encoding, data = encoded(said)
    assert encoding == QUOTED
    assert decoded(encoding, data) == "".join(said)
    assert not any(line.startswith(b".") for line in data.split(b"\r\n"))
    assert max(map(len, data.split(b"\r\n"))) <= 76
