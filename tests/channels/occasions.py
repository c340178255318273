"""The sample letters that are no rungs, which the package ships: `channels.samples`."""

from channels.samples.occasions import ANSWERS, DAY, answer, occasions, told

__all__ = ["ANSWERS", "DAY", "answer", "occasions", "told"]
