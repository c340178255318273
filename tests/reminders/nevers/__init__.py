"""The list of nevers, asked of whole lives.

`lives` makes up what happens to a client, `player` lives it through decision and last gate, and every `never_*` asks
what went out of a book of its own (`facts`, `sums`, `places`): none of them asks the code under test for the truth.
"""

from collections.abc import Callable

from tests.reminders.nevers.never_1 import never_1
from tests.reminders.nevers.never_2 import never_2
from tests.reminders.nevers.never_3 import never_3
from tests.reminders.nevers.never_4 import never_4
from tests.reminders.nevers.never_5 import never_5
from tests.reminders.nevers.never_6 import never_6
from tests.reminders.nevers.never_7 import never_7
from tests.reminders.nevers.never_8 import never_8
from tests.reminders.nevers.never_9 import never_9
from tests.reminders.nevers.player import Life

NEVERS: tuple[Callable[[Life], list[str]], ...] = (
    never_1,
    never_2,
    never_3,
    never_4,
    never_5,
    never_6,
    never_7,
    never_8,
    never_9,
)
"""Each says what it was that a life should never have had; an empty answer is a good one."""


def broken(life: Life) -> dict[str, list[str]]:
    """What the life broke, by never."""
    found = {never.__name__: never(life) for never in NEVERS}
    return {name: flaws for name, flaws in found.items() if flaws}
