"""The whole check: every language of every folder."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from channels.checking.complete import incomplete
from channels.checking.findings import Finding
from channels.checking.letters import wrong
from channels.labels import LABELS, LabelError, Labels
from channels.names import NamesError
from channels.render import Renderer
from channels.shelf import Shelf
from channels.whatsapp import SUFFIX
from config.creditors import Creditors


def check(
    folders: Sequence[Path], creditors: Creditors | None = None, *, languages: Collection[str] | None = None
) -> list[Finding]:
    """What is to be mended in the templates of these folders, of which an earlier one overrides the later ones.

    With `creditors`, also the approved WhatsApp templates for which there are no words. `languages` are those to look
    at; None: all of them.
    """
    shelf, renderer = Shelf(folders), _renderer(folders)
    found: dict[Finding, None] = {}
    for language in shelf.languages:
        if languages is not None and language not in languages:
            continue
        found.update(dict.fromkeys(incomplete(shelf, language)))
        if renderer is not None and _has_phrases(shelf, language):
            found.update(dict.fromkeys(wrong(shelf, renderer, language)))
    if creditors is not None:
        found.update(dict.fromkeys(_wordless(shelf, creditors)))
    return list(found)


def _renderer(folders: Sequence[Path]) -> Renderer | None:
    try:
        return Renderer(folders)
    except NamesError:
        return None  # told as a fault of that file; without it, nothing can be written


def _has_phrases(shelf: Shelf, language: str) -> bool:
    """Whether anything can be written in a language at all."""
    path = shelf.files(language).get(LABELS)
    try:
        return path is not None and bool(Labels.read(path, language))
    except LabelError:
        return False


def _wordless(shelf: Shelf, creditors: Creditors) -> Iterator[Finding]:
    for creditor in creditors.creditors:
        for stem, approved in sorted(creditor.whatsapp_templates.items()):
            for language in sorted(approved):
                if f"{stem}{SUFFIX}" not in shelf.files(language):
                    yield Finding(
                        "creditors.yaml",
                        f"{creditor.creditor_id} has an approved {stem} in {language}, and there are no words for it",
                        f"add {language}/{stem}{SUFFIX} as it was approved",
                    )
