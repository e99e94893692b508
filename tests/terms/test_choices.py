"""Errors about names that are not among the listed ones."""

from outbrief.terms.choices import shown, unknown


def test_the_names_to_choose_from_are_listed_with_the_nearest_as_the_hint():
    error = unknown("campain", ("campaign", "overall"), field="reportType")
    assert error.message == '"campain" is not one of campaign, overall.'
    assert (error.field, error.hint) == ("reportType", "Did you mean campaign?")


def test_of_many_names_fifty_are_listed_and_the_others_counted():
    error = unknown("nope", [f"team {number}" for number in range(534)], field="workspaceId")
    assert error.message.endswith("team 49 and 484 more.")


def test_names_that_people_gave_cannot_steer_a_terminal_nor_fill_it():
    error = unknown("x\x1b[2Jy\nz", ["a\x1b]0;b\u202ec", "d" * 5000], field="workspaceId")
    assert error.message == f'"x�[2Jy�z" is not one of a�]0;b�c, {"d" * 60}….'
    assert shown("é 日本 😀") == '"é 日本 😀"'
