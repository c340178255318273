"""How it is said: choosing the channel, rendering, the provider adapters, receipts and replies, the sandbox."""
