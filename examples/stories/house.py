"""Who of ours appears in the stories."""

from __future__ import annotations

RUTH = "Ruth Ellison"
"""Keeps the receivables of the British company, and decides what a person must decide."""
MANAGER = {"name": RUTH, "email": "ruth.ellison@northwind.example", "phone": "+441174960123"}
GERMAN = {"creditor_id": "northwind-de"}
"""Marks an invoice of the German company; without it, the British one bills."""
JONAS = "Jonas Brandt"
"""Keeps the receivables of the German company."""
