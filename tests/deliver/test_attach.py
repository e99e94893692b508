import base64

from hypothesis import given
from hypothesis import strategies as st

from outbrief.deliver.attach import DEFAULT_LIMIT, encoded_size, fits


@given(st.binary(max_size=400))
def test_the_encoded_size_is_that_of_base64_in_lines(content: bytes) -> None:
    assert encoded_size(len(content)) == len(base64.encodebytes(content).replace(b"\n", b"\r\n"))


def test_a_file_of_seven_mib_fits_ten_encoded_and_one_of_eight_does_not() -> None:
    assert fits(7 * 1024 * 1024)
    assert not fits(8 * 1024 * 1024)


def test_the_limit_itself_still_fits() -> None:
    assert fits(57, limit_bytes=78)
    assert not fits(57, limit_bytes=77)
    assert fits(0, limit_bytes=0)
    assert DEFAULT_LIMIT == 10 * 1024 * 1024
