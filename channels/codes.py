"""Twilio's error codes: what each means and what follows from it. SendGrid's words are in `channels.mail_events`.

Source: the provider's error dictionary, https://www.twilio.com/docs/api/errors (one page per code,
https://www.twilio.com/docs/errors/21610); magic numbers and limits from its Message resource pages. The class and what
follows are ours. Twilio says that codes may change their meaning, so each receipt and refusal keeps the raw code. A
code that is not listed bars nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from channels.ports import Scope
from reminders.feedback import ReceiptKind
from reminders.reasons import Reason
from reminders.states import MessageState


class CodeClass(StrEnum):
    """What a code is about."""

    RETRY = "retry"
    """Not processed, or given up for now: later it may go well."""
    QUOTA = "quota"
    """An allowance is used up: later, in hours rather than minutes."""
    WINDOW = "window"
    """Not at this hour."""
    UNKNOWN = "unknown"
    """The provider does not know itself: look before anything is sent again."""
    UNAVAILABLE = "unavailable"
    """The recipient can't be reached for now; again and again, and the number is not worth another try for a while."""
    PERMANENT_ADDRESS = "permanent_address"
    """This number never takes this channel."""
    SUPPRESSED = "suppressed"
    """The recipient, or the carrier for them, refuses us."""
    ROUTE = "route"
    """This sender can't reach that number; with another sender it may go, so nothing is said against the number."""
    CONTENT = "content"
    """Our text is the reason; never the same again."""
    CONFIG = "config"
    """Our account, sender or rights are the reason."""
    EXPIRED = "expired"
    """It stood in the provider's queue past its validity."""


@dataclass(frozen=True, slots=True)
class Code:
    """One error code of the provider's."""

    number: int
    kind: CodeClass
    meaning: str
    follows: str

    @property
    def receipt(self) -> ReceiptKind:
        """What a status callback with this code says of a message that was not delivered."""
        return _RECEIPTS.get(self.kind, ReceiptKind.FAILED)

    @property
    def state(self) -> MessageState:
        """Where such a callback brings the message."""
        state = self.receipt.state
        assert state is not None
        return state

    @property
    def suppresses(self) -> Reason | None:
        """Why the number must not be used on this channel again, if so; the same for a callback and for a refusal."""
        return self.receipt.suppresses

    @property
    def scope(self) -> Scope | None:
        """What a refusal with this code is about; None: none, it may go later or nobody knows its fate."""
        return _SCOPES.get(self.kind)


_C = CodeClass
_RECEIPTS = {
    _C.UNAVAILABLE: ReceiptKind.UNAVAILABLE,
    _C.PERMANENT_ADDRESS: ReceiptKind.BOUNCED,
    _C.SUPPRESSED: ReceiptKind.OPTED_OUT,
    _C.ROUTE: ReceiptKind.BLOCKED,
    _C.CONTENT: ReceiptKind.BLOCKED,
}
_SCOPES = {
    _C.PERMANENT_ADDRESS: Scope.ADDRESS,
    _C.SUPPRESSED: Scope.SUPPRESSED,
    _C.ROUTE: Scope.CONTENT,
    _C.CONTENT: Scope.CONTENT,
    _C.EXPIRED: Scope.CONTENT,
    _C.CONFIG: Scope.CONFIG,
}

_TABLE = (
    # answers of the create call
    Code(10004, _C.RETRY, "too many calls at the same time", "try later"),
    Code(20003, _C.CONFIG, "account or token is wrong", "pause the channel; a person looks"),
    Code(20404, _C.CONFIG, "no such account or resource", "pause the channel; a person looks"),
    Code(20429, _C.RETRY, "too many requests at the same time; never processed", "back off with jitter"),
    Code(20500, _C.UNKNOWN, "the provider failed inside", "look for the message before any repeat"),
    Code(21211, _C.PERMANENT_ADDRESS, "the number is not valid", "suppress it; next channel"),
    Code(21212, _C.CONFIG, "the sender is not valid", "pause the channel; a person looks"),
    Code(21214, _C.PERMANENT_ADDRESS, "no call can reach the number", "suppress it; next channel"),
    Code(21215, _C.CONFIG, "the account may not call that region", "a person looks"),
    Code(21216, _C.SUPPRESSED, "the number is blocked for calls", "treat as an opt-out"),
    Code(21217, _C.PERMANENT_ADDRESS, "the number to call is not valid", "suppress it; next channel"),
    Code(21265, _C.PERMANENT_ADDRESS, "a short code, which takes no texts", "suppress it; next channel"),
    Code(21408, _C.CONFIG, "the account may not send to that region", "a person looks; next channel"),
    Code(21602, _C.CONTENT, "there is no text", "a person looks: a bug of ours"),
    Code(21603, _C.CONFIG, "there is no sender", "pause the channel; a person looks"),
    Code(21604, _C.CONTENT, "there is no number", "a person looks: a bug of ours"),
    Code(21606, _C.CONFIG, "the sender is not ours or can't send", "pause the channel; a person looks"),
    Code(21608, _C.CONFIG, "a trial account sends to verified numbers only", "a person looks"),
    Code(21609, _C.CONFIG, "our status callback's address is not valid", "pause the channel; a person looks"),
    Code(21610, _C.SUPPRESSED, "the recipient has opted out", "record the opt-out; never again"),
    Code(
        21611, _C.RETRY, "the sender's queue is full (ten hours of messages)", "try again in minutes to hours"
    ),
    Code(21612, _C.ROUTE, "no route from this sender to the number", "a person looks; next channel"),
    Code(21614, _C.PERMANENT_ADDRESS, "not a mobile number", "suppress it for SMS; next channel"),
    Code(21617, _C.CONTENT, "the text is longer than 1,600 characters", "a person looks: a bug of ours"),
    Code(21635, _C.PERMANENT_ADDRESS, "a landline", "suppress it for SMS; next channel"),
    Code(21654, _C.CONTENT, "no content id beside the variables", "a person looks: a bug of ours"),
    Code(
        21655, _C.CONTENT, "no such content on this account", "a person mends the template's id; next channel"
    ),
    Code(
        21656,
        _C.CONTENT,
        "the content's variables are empty or can't be read",
        "a person looks; next channel",
    ),
    Code(21659, _C.CONFIG, "the sender is none of the provider's, or another country's", "a person looks"),
    Code(21660, _C.CONFIG, "the sender belongs to another account", "pause the channel; a person looks"),
    Code(21704, _C.CONFIG, "the messaging service has no sender", "pause the channel; a person looks"),
    Code(21705, _C.CONFIG, "there is no such messaging service", "pause the channel; a person looks"),
    Code(22005, _C.QUOTA, "a day's worth of calls is waiting", "try later"),
    # what status callbacks say
    Code(13224, _C.CONFIG, "the number to call is not supported", "a person looks"),
    Code(30001, _C.RETRY, "the queue overflowed", "a new attempt later"),
    Code(30002, _C.CONFIG, "the account is suspended", "pause the channel; a person looks"),
    Code(30003, _C.UNAVAILABLE, "the handset can't be reached", "another attempt another day"),
    Code(30004, _C.SUPPRESSED, "the message was blocked for the recipient", "treat as an opt-out"),
    Code(30005, _C.PERMANENT_ADDRESS, "the handset is unknown", "suppress it; next channel"),
    Code(30006, _C.PERMANENT_ADDRESS, "a landline or a carrier without SMS", "suppress it; next channel"),
    Code(30007, _C.CONTENT, "a carrier filtered the text", "never the same text again; a person looks"),
    Code(30008, _C.RETRY, "unknown error on the way", "another attempt after hours"),
    Code(30010, _C.CONFIG, "it costs more than our limit", "a person looks"),
    Code(30022, _C.RETRY, "the carrier's rate for our traffic is exceeded", "later, and slower"),
    Code(30024, _C.CONFIG, "the carrier does not know our sender yet", "pause the channel; a person looks"),
    Code(
        30034, _C.CONFIG, "the sender is not registered for US traffic", "pause the channel; a person looks"
    ),
    Code(30036, _C.EXPIRED, "the validity period ran out in the queue", "decide anew"),
    Code(30410, _C.RETRY, "the carrier did not answer in time", "another attempt after hours"),
    Code(30450, _C.CONFIG, "the provider's fraud guard blocked it", "a person looks"),
    Code(30610, _C.WINDOW, "the provider's quiet hours", "later, inside the hours"),
    Code(63003, _C.PERMANENT_ADDRESS, "not a WhatsApp destination", "suppress it; next channel"),
    Code(63005, _C.CONTENT, "WhatsApp did not take the content", "a person looks; next channel"),
    Code(63007, _C.CONFIG, "the sender is no WhatsApp sender of ours", "pause the channel; a person looks"),
    Code(63014, _C.SUPPRESSED, "the recipient blocked us", "record the opt-out; never again"),
    Code(
        63016, _C.WINDOW, "outside the 24 hours in which free text is allowed", "send the approved template"
    ),
    Code(63017, _C.RETRY, "the account sends too fast", "back off with jitter"),
    Code(63018, _C.QUOTA, "the channel's message limit is reached", "hours later"),
    Code(63020, _C.CONFIG, "the business invitation was not accepted", "a person looks"),
    Code(63021, _C.CONTENT, "the content is not valid for the channel", "a person looks: a bug of ours"),
    Code(63024, _C.PERMANENT_ADDRESS, "the recipient is not on WhatsApp", "suppress it; next channel"),
    Code(63027, _C.CONTENT, "no such template in that language", "a person looks; next channel"),
    Code(63028, _C.CONTENT, "more or fewer variables than the template has", "a person looks; next channel"),
    Code(63032, _C.UNAVAILABLE, "WhatsApp does not let us write to this person for now", "next channel"),
    Code(63038, _C.QUOTA, "the account's messages for a day are used up", "the next day"),
    Code(63040, _C.CONTENT, "WhatsApp has rejected the template", "a person looks; next channel"),
    Code(63041, _C.CONTENT, "WhatsApp has paused the template", "a person looks; next channel"),
    Code(63042, _C.CONTENT, "WhatsApp has disabled the template", "a person looks; next channel"),
    Code(
        63049,
        _C.ROUTE,
        "WhatsApp chose not to deliver a template that it takes for marketing",
        "a person has its category looked at; next channel",
    ),
)

TWILIO: dict[int, Code] = {code.number: code for code in _TABLE}
"""Every code that we know, by its number."""


def code_of(value: object) -> Code | None:
    """The known code of a number or its digits; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return TWILIO.get(value) if isinstance(value, int) else None
