"""A mail as its reader sees it: the page, the plain text, and a picture, as files."""

from __future__ import annotations

from pathlib import Path

from workers.cli.context import CommandFailed, Context
from workers.cli.picture import NoPicture, find_browser, take_picture
from workers.cli.shown import clean


def write_mail(
    shared: Context, folder: Path, stem: str, subject: str | None, text: str, html: str | None
) -> None:
    """Write `STEM.html`, `STEM.txt` and, where there is a browser, `STEM.png`, and say so. Raises `CommandFailed`."""
    page, plain, picture = (folder / f"{stem}.{kind}" for kind in ("html", "txt", "png"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        page.write_text(html or "", encoding="utf-8")
        plain.write_text(f"Subject: {subject}\n\n{text}", encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{folder} can't be written to ({error.strerror}); name another --out") from None
    shared.say(clean(f"Subject: {subject}"))
    shared.say(str(page))
    shared.say(str(plain))
    browser = find_browser()
    if browser is None:
        shared.say("No picture: there is no Chromium or Chrome on the path.")
        return
    try:
        take_picture(browser, html or "", picture)
    except NoPicture as error:
        shared.say(f"No picture: {error}.")
    else:
        shared.say(str(picture))
