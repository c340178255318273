"""Automatic replies that say that somebody has left for good; and those that only sound like it."""

from __future__ import annotations

import pytest

from tests.support.answers import departed


@pytest.mark.parametrize(
    "text",
    [
        "Automatic reply: Ben Miller has left the company. Please write to accounts@acme.example.",
        "Ben no longer works here. Contact the front desk.",
        "Thank you for your message. This mailbox is no longer in use.",
        "Automatische Antwort: Frau Kaya hat das Unternehmen zum 31.3. verlassen.",
        "Herr Lutz ist nicht mehr in unserem Unternehmen tätig. Bitte wenden Sie sich an die Buchhaltung.",
        "Diese E-Mail-Adresse wird nicht mehr verwendet.",
        "Réponse automatique : Mme Petit a quitté l'entreprise.",
        "M. Roux ne travaille plus chez nous.",
        "Cette adresse n'est plus utilisée.",
        "Respuesta automática: Ana ya no trabaja en la empresa.",
        "Esta dirección de correo ya no está activa.",
        "Risposta automatica: Luca non lavora più per noi.",
        "Questo indirizzo email non è più attivo.",
        "Automatisch antwoord: Jan is niet meer werkzaam bij ons.",
        "Dit e-mailadres is niet meer in gebruik.",
    ],
)
def test_who_has_left_for_good(text: str) -> None:
    assert departed(text)


@pytest.mark.parametrize(
    "text",
    [
        "Automatic reply: I am out of the office until 9 March.",
        "I am on annual leave. Please note that Ben has left the company.",
        "I have left the office for today.",
        "Has Ben left the company?",
        "Our old fax is no longer in use.",
        "Ich bin im Urlaub; Herr Lutz ist nicht mehr in unserem Unternehmen tätig.",
        "Bin nicht mehr im Haus, morgen wieder erreichbar.",
        "Je serai absent jusqu'au 9 mars.",
        "Ya no estoy en la oficina, vuelvo mañana.",
        "Sono in ferie.",
        "Ik ben op vakantie.",
        "Thank you, we have received your message and answer within two days.",
        "",
    ],
)
def test_who_is_away_or_speaks_of_others(text: str) -> None:
    assert departed(text) == ()
