"""What comes over HTTP: events, webhooks, health and metrics."""
