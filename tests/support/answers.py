"""Replies as a deployment without words of its own reads them."""

from __future__ import annotations

from channels.answers import Reader

READER = Reader()
classify, departed, opt_of = READER.classify, READER.departed, READER.opt
