"""The evidence pack: one client's whole case against one creditor, for the lawyer who takes it over.

`collect` reads it from the ledger as one plain value; `to_json` and `to_pdf` write it. What it proves, and what not, is
said in `workers.evidence.proof`.
"""
