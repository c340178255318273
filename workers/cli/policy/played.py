"""A book of events played under a policy, in a folder of its own, and what was said in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from config.policy import load_policy
from config.rulebook import load_rulebook
from config.settings import Settings
from ledger import tables as t
from ledger.profiles import client_of
from reminders.calendar import Place, place_of
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind
from workers.cli.context import CommandFailed
from workers.cli.play.driver import Driver
from workers.cli.play.script import Script
from workers.cli.play.stage import open_stage
from workers.cli.policy.compare import Entry, Subject

PERSON = "person"
_ASKED = (TaskKind.CALL.value, TaskKind.DECISION.value)
"""Tasks that a step brings."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Under what a play is played: a folder of policies, or one policy for everybody."""

    folder: Path | None
    policy_file: Path | None = None


def scenes(old: Path, new: Path, settings: Settings, scratch: Path) -> tuple[Scene, Scene]:
    """Two folders are put in force as they are. Two files of the same name are put in place of the policy of that name,
    beside all others that are in force; two of different names are for everybody, each in its turn.

    Raises `PolicyError` for what can't be read.
    """
    if old.is_dir() != new.is_dir():
        raise CommandFailed("compare two files, or two folders")
    if old.is_dir():
        for folder in (old, new):
            load_rulebook(folder)
        return Scene(old), Scene(new)
    names = [load_policy(path).name for path in (old, new)]
    if names[0] != names[1]:
        return Scene(settings.policy_dir, old), Scene(settings.policy_dir, new)
    return _in_place(old, names[0], settings, scratch / "old"), _in_place(
        new, names[0], settings, scratch / "new"
    )


def _in_place(path: Path, name: str, settings: Settings, folder: Path) -> Scene:
    folder.mkdir(parents=True)
    for other in sorted(settings.policy_dir.glob("*.yaml")) if settings.policy_dir is not None else ():
        if other.name == "creditors.yaml" or load_policy(other).name != name:
            copyfile(other, folder / other.name)
    copyfile(path, folder / f"{name}.yaml")
    return Scene(folder)


def play_under(
    scene: Scene, script: Script, until: date | None, settings: Settings
) -> tuple[list[Entry], int]:
    """What was said and asked for, and how many lines about the outside world fitted nothing then."""
    misfits: list[str] = []
    with TemporaryDirectory(prefix="amicable-") as data:
        settings = settings.model_copy(update={"data_dir": Path(data), "policy_dir": scene.folder})
        with open_stage(settings, script.begins_at, scene.policy_file) as stage:
            Driver(stage, lambda: None, misfits.append).run(script, until)
            with stage.house.ledger.read() as connection:
                said = list(_entries(connection))
            stage.house.ledger.engine.dispose()
    return said, len(misfits)


def _entries(connection: Connection) -> Iterator[Entry]:
    profiles = connection.execute(select(t.client.c.client_id, t.client.c.profile))
    places: dict[str, Place] = {
        row.client_id: place_of(client_of(row.client_id, row.profile)) for row in profiles
    }
    for row in connection.execute(select(t.message)):
        waits = row.state == MessageState.HELD.value
        if row.sent_at is not None or waits:
            subject = Subject(row.client_id, row.step, row.carrying_invoice_id, row.due_on)
            on = places[row.client_id].today(row.sent_at or row.planned_at)
            yield Entry(subject, on, Channel(row.channel).value, waits)
    task = t.task.c
    for row in connection.execute(select(t.task).where(task.kind.in_(_ASKED), task.subject.is_not(None))):
        subject = Subject(row.client_id, row.step or row.kind, row.subject, row.cycle_on)
        yield Entry(subject, places[row.client_id].today(row.opened_at), PERSON)
