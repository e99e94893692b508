"""The mails to a tenant's own people that invite them, or let them choose a new password."""

from collections.abc import Sequence
from dataclasses import dataclass

from outbrief.render import colours, mjml, words
from outbrief.render.mail import MailBody
from outbrief.render.mail_pictures import LOGO_ID, logo_size
from outbrief.terms.delivery import Attachment
from outbrief.terms.look import Brand

_NAME, _SENTENCE = 120, 400


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What such a mail says; `act` is the button's words and address."""

    subject: str
    title: str
    paragraphs: Sequence[str]
    act: tuple[str, str]
    until: str
    why: str


def write_invitation_mail(*, brand: Brand, inviter: str, role: str, may: str, url: str, until: str) -> MailBody:
    """Write the mail that invites somebody to become a member of a tenant, which `brand` names.

    `inviter` is the person who asked for it, empty when nobody is known; `may` says what the role may do, as the end of
    "you may …"; `until` is the time until when the link works.
    """
    tenant, who = words.printable(brand.name, _NAME), words.printable(inviter, _NAME)
    article = "an" if role[:1] in "aeio" else "a"
    lead = f"{who} invites you" if who else "You are invited"
    return _write(
        brand,
        _Said(
            subject=f"{lead} to {tenant} on Outbrief",
            title=f"Join {tenant}",
            paragraphs=(
                f"{lead} to see the reports of {tenant} on Outbrief, as {article} {role}: you may {may}.",
                "Follow the link to choose a name and a password, or to sign in if you have them already.",
            ),
            act=("Accept the invitation", url),
            until=f"The link works once, until {until}.",
            why="If you did not expect this mail you can ignore it: nothing happens unless you accept.",
        ),
    )


def write_password_mail(*, brand: Brand, address: str, url: str, until: str) -> MailBody:
    """Write the mail with the link to choose a new password, which works until the time `until`."""
    return _write(
        brand,
        _Said(
            subject="Choose a new password for Outbrief",
            title="Choose a new password",
            paragraphs=(
                f"Somebody, probably you, asked for a new password for {words.printable(address, 254)}.",
                "Once it is changed, you are signed out wherever you were signed in.",
            ),
            act=("Choose a new password", url),
            until=f"The link works once, until {until}.",
            why="If it was not you, ignore this mail: the password stays as it is.",
        ),
    )


def _write(brand: Brand, said: _Said) -> MailBody:
    slots, accent = mjml.Slots(), colours.accent(brand)
    name = words.printable(brand.name, _NAME)
    paragraphs = [words.printable(text, _SENTENCE) for text in said.paragraphs]
    panel = []
    if size := logo_size(brand):
        panel.append(mjml.logo(slots, content_id=LOGO_ID, alt=name, width=size[0], height=size[1]))
    panel.append(mjml.heading(slots, kicker="Outbrief" if size else name, title=said.title, lines=(), accent=accent))
    content = "".join(mjml.paragraph(slots.put(text), above=10) for text in paragraphs)
    content += mjml.button(slots, text=said.act[0], url=said.act[1], accent=accent)
    content += mjml.paragraph(slots.put(said.until), muted=True, above=12)
    panel.append(mjml.section(content))
    html = mjml.compose(
        slots, title=said.subject, preview=paragraphs[0], accent=accent, panel=panel, footer=[slots.put(said.why)]
    )
    text = "\n\n".join([said.title, *paragraphs, f"{said.act[0]}: {said.act[1]}", said.until, said.why]) + "\n"
    return MailBody(subject=words.printable(said.subject, 250), html=html, text=text, inline=_logo(brand))


def _logo(brand: Brand) -> tuple[Attachment, ...]:
    if brand.logo is None or logo_size(brand) is None:
        return ()
    return (Attachment(filename="logo.png", content_type="image/png", content=brand.logo, content_id=LOGO_ID),)
