"""Roles as people write them, in six languages."""

from __future__ import annotations

import pytest

from channels.roles import Standing, standing_of


@pytest.mark.parametrize(
    "role",
    [
        "accounts_payable", "Accounts Payable", "accounts-payable", "AP", "Head of accounts payable", "billing",
        "Finance Director", "CFO / Controlling", "Buchhaltung", "Leiterin Buchhaltung", "Kreditorenbuchhaltung",
        "BUCHHALTUNG NORD", "Rechnungsprüfung", "Rechnungspruefung", "comptabilité", "Comptabilite fournisseurs",
        "Directeur financier", "contabilidad", "Cuentas por pagar", "contabilità", "Ufficio contabilità",
        "boekhouding", "Crediteurenadministratie",
    ],
)  # fmt: skip
def test_who_deals_with_invoices(role: str) -> None:
    assert standing_of(role) is Standing.PAYER


@pytest.mark.parametrize(
    "role",
    [
        "owner", "CEO", "Owner / CEO", "Managing Director", "Geschäftsführer", "Geschaeftsfuehrerin",
        "Gründer und Geschäftsführer", "Inhaberin", "gérant", "Directeur", "PDG", "gerente", "Directora general",
        "titolare", "Amministratore delegato", "eigenaar", "Directeur-eigenaar",
    ],
)  # fmt: skip
def test_the_head_of_the_house(role: str) -> None:
    assert standing_of(role) is Standing.HEAD


@pytest.mark.parametrize(
    "role",
    [
        None, "", "sales", "Key accounts", "Sales Director", "Directeur commercial", "Chef de projet",
        "Assistant to the CEO", "reception", "Einkauf", "…",
    ],
)  # fmt: skip
def test_anybody(role: str | None) -> None:
    assert standing_of(role) is Standing.ANYBODY
