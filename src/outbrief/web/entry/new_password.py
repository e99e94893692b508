"""The field for a password that somebody chooses."""

from django import forms

from outbrief.run import passwords


def new_password_field(label: str, **attributes: bool) -> forms.CharField:
    """Give a field for a new password; `attributes` are further ones of its input."""
    return forms.CharField(
        label=label,
        help_text=f"At least {passwords.SHORTEST} characters; a few words that only you put together are best.",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", **attributes}),
    )
