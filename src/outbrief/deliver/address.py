"""Which addresses may be written to, and how they look on the wire."""

from collections.abc import Collection

import email_validator
from email_validator import EmailNotValidError, ValidatedEmail

from outbrief.terms.errors import InvalidInput

# Companies that host for themselves do use these two; `.invalid`, `.onion` and the rest stay refused.
_USED_INSIDE = {"local", "test"}
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in _USED_INSIDE
]


def check_recipient(address: str, *, allowed_domains: Collection[str] = (), field: str = "recipients") -> str:
    """Give the address in its one normal form: domain in lower case and Unicode, local part as written.

    InvalidInput for `field` names an address that is not one, or whose domain is not among `allowed_domains`
    (empty allows all; a domain allows itself, not its subdomains). Quoted local parts, comments, address literals and
    names without a dot are refused: no report goes there, they are typing mistakes.
    """
    found = _parse(address, field=field)
    allowed = {domain.strip().removeprefix("@").lower() for domain in allowed_domains}
    if allowed and not allowed & {found.domain.lower(), found.ascii_domain.lower()}:
        raise InvalidInput(
            f"{found.normalized} is not at an allowed domain.",
            field=field,
            hint=f"Allowed are {', '.join(sorted(allowed))}.",
        )
    return found.normalized


def check_domain(text: str, *, field: str) -> str:
    """Give the domain of addresses in its one normal form, lower case and Unicode; InvalidInput when it is none."""
    domain = text.strip().removeprefix("@")
    try:
        found: str = _parse(f"x@{domain}", field=field).domain
    except InvalidInput:
        raise InvalidInput(
            f"{text.strip()!r} is not a domain.", field=field, hint="Write one per line, such as example.com."
        ) from None
    return found.lower()


def wire_form(address: str, *, field: str) -> str:
    """Give the address with its domain in ASCII, as SMTP wants it; InvalidInput for one that is not an address."""
    found = _parse(address, field=field)
    return f"{found.local_part}@{found.ascii_domain}"


def _parse(address: str, *, field: str) -> ValidatedEmail:
    try:
        return email_validator.validate_email(address.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidInput(f"{address!r} is not an e-mail address. {error}", field=field) from error
