"""Statutory and contractual interest: the sheet of an invoice, period by period, from the law packs."""
