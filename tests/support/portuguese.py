"""A seventh language as somebody adds it to a deployment: files in a folder, and no code.

Its call and its greetings are Portuguese; where a test needs no words of its own, Spanish ones stand for those that
somebody would write.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from channels.shelf import SHIPPED

TITLE = "A sua conta com {us}"
NOT_KNOWN = "Esta ligação não leva a lado nenhum"
GOODBYE = "Obrigado pelo seu tempo. Adeus."
CALL = """\
{% block opening %}Bom dia, esta é uma chamada automática de {{ us }} para {{ whom }}. Prima 1.{% endblock %}
{% block voicemail %}Chamada de {{ us }} para {{ whom }}. Obrigado.{% endblock %}
{% block details %}{{ late.amount }} de {{ late.invoices }} ainda não chegou.{% endblock %}
{% block menu %}Se já pagou, prima 1.{% endblock %}
"""
NAMES = "titles: [dra, exmo, exma]\ndesks: [contas, tesouraria]\n"


def add_portuguese(folder: Path) -> tuple[Path, Path]:
    """Write the language into a folder of templates. Returns that folder and the shipped one, as they are read."""
    own = folder / "pt"
    own.mkdir(parents=True)
    shutil.copy(SHIPPED / "es" / "labels.yaml", own / "labels.yaml")
    _change(own / "page.yaml", title=TITLE, unknown=NOT_KNOWN)
    _change(own / "voice.yaml", language="pt-PT", voice="Polly.Ines", goodbye=GOODBYE)
    (own / "voice.j2").write_text(CALL, encoding="utf-8")
    (own / "names.yaml").write_text(NAMES, encoding="utf-8")
    return folder, SHIPPED


def _change(path: Path, **phrases: str) -> None:
    spanish = yaml.safe_load((SHIPPED / "es" / path.name).read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(spanish | phrases, allow_unicode=True), encoding="utf-8")
