"""Checking words before anybody is written to: what is missing, what fails, what is too long, unkind or refused."""

from channels.checking.findings import Finding
from channels.checking.letters import own_words
from channels.checking.whole import check

__all__ = ["Finding", "check", "own_words"]
