"""`template preview`: one letter as files and a picture, or in the terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from channels.documents.enclosures import Enclosures
from channels.ports import Letter, Rendered
from channels.render import TemplateError
from channels.segments import beyond_gsm, segments
from config.policy import Enclosure
from reminders.snapshot import Channel
from workers.cli.as_read import write_mail
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import clean
from workers.cli.template.letters import of_client
from workers.cli.template.sample import sample
from workers.cli.template.steps import enclosed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("preview")(preview_command)


def preview_command(
    context: typer.Context,
    step: Annotated[str, typer.Argument(metavar="STEP", help="A step's name, like overdue_7.")],
    language: Annotated[
        str | None,
        typer.Option("--language", help="Like de or de-AT; the client's own, or English, if not given."),
    ] = None,
    channel: Annotated[Channel, typer.Option("--channel", help="How it is sent.")] = Channel.EMAIL,
    client: Annotated[
        str | None, typer.Option("--client", help="A client of the ledger; an invented one if not given.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            file_okay=False,
            help="The folder for a mail's files; `previews` in the data folder if not given.",
        ),
    ] = None,
) -> None:
    """Show a step's message: a mail as HTML, text and picture, with its statement; any other in the terminal."""
    shared: Context = context.obj
    house = shared.house
    if client is None:
        letter = sample(house, step, channel, language or "en")
        shared.say("A sample: client, invoices and sums are invented.")
    else:
        letter = of_client(house, step, channel, client)
        if language is not None:
            letter = replace(letter, client=replace(letter.client, language=language))
    try:
        # What WhatsApp has not approved yet is shown as well: the preview is what somebody submits.
        rendered = house.renderer.render(replace(letter, chat_open=True))
    except TemplateError as error:
        raise CommandFailed(f"{error}; `amicable template check` tells what to mend") from None
    if language is not None and rendered.language != language:
        shared.say(f"There are no words for it in {language}: this is {rendered.language}.")
    if channel is Channel.EMAIL:
        folder = out if out is not None else house.settings.data_dir / "previews"
        stem = f"{letter.step}.{rendered.language}"
        write_mail(shared, folder, stem, rendered.subject, rendered.text, rendered.html)
        if Enclosure.STATEMENT in enclosed(house, step):
            _write_statement(shared, letter, folder, stem)
    else:
        _show(shared, letter, rendered)


def _write_statement(shared: Context, letter: Letter, folder: Path, stem: str) -> None:
    """The document that goes with the mail; invoices are the biller's own and are not fetched for a preview."""
    for document in Enclosures(shared.house.renderer).of(letter, [Enclosure.STATEMENT]):
        path = folder / f"{stem}.{document.name}"
        path.write_bytes(document.content)
        shared.say(str(path))


def _show(shared: Context, letter: Letter, rendered: Rendered) -> None:
    shared.say("")
    shared.say(clean(rendered.text))
    shared.say("")
    if letter.channel is Channel.SMS:
        counted = segments(rendered.text)
        forced = "".join(beyond_gsm(rendered.text))
        because = f", because of {forced}" if forced else ""
        shared.say(clean(f"{counted.count} SMS: {counted.units} units of {counted.encoding.value}{because}"))
    elif letter.channel is Channel.WHATSAPP:
        body = shared.house.renderer.whatsapp_body(
            letter.words or letter.step, letter.tone, rendered.language
        )
        shared.say(f"As it is submitted for approval:\n\n{body}\n")
        for number, value in rendered.variables.items():
            shared.say(clean(f"{{{{{number}}}}} {value}"))
        shared.say(
            f"Approved as {rendered.template_id}."
            if rendered.template_id
            else "No approved template: creditors.yaml names none for it."
        )
