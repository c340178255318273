"""Documents that go with a mail: a statement of account made here, and invoices fetched from where they lie."""
