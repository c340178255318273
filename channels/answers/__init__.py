"""What a reply says: the words of a client as one of a few classes, by rules that can be read and shown."""

from __future__ import annotations

from channels.answers.reader import Reader
from channels.answers.wording import AnswersError
from reminders.answers import Answer, AnswerKind

__all__ = ["Answer", "AnswerKind", "AnswersError", "Reader"]
