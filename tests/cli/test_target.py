"""The file that a command writes: whole under its name, or not there at all."""

import os
import stat
from pathlib import Path

import pytest

from outbrief.cli.target import opened
from outbrief.terms.errors import InvalidInput


def test_the_file_appears_under_its_name_when_it_is_whole(tmp_path: Path):
    place = tmp_path / "out.csv"
    with opened(str(place)) as file:
        file.write(b"half")
        assert not place.exists()
        file.write(b" and half")
    assert place.read_bytes() == b"half and half"
    assert file.size == 13
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_what_was_there_before_and_nothing_else(tmp_path: Path, end: type[BaseException]):
    place = tmp_path / "out.csv"
    place.write_text("the old one")

    def break_off() -> None:
        with opened(str(place)) as file:
            file.write(b"half")
            raise end

    with pytest.raises(end):
        break_off()
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("out.csv", "the old one")]


def test_a_link_keeps_pointing_where_it_did(tmp_path: Path):
    (tmp_path / "link").symlink_to("real.csv")
    with opened(str(tmp_path / "link")) as file:
        file.write(b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"x"


def test_a_device_is_written_to_and_not_replaced():
    with opened(os.devnull) as file:
        file.write(b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("place", ["missing/out.csv", ".", "file/out.csv"])
def test_a_place_that_cannot_take_a_file_is_named(tmp_path: Path, place: str):
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput) as raised, opened(str(tmp_path / place)):
        pass
    assert raised.value.field == "output"
