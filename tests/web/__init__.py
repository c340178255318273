"""What comes over HTTP, through the real application, on a ledger of each test's own."""
