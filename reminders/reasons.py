"""Why something was done or not done: a closed list of codes, each with a sentence that an accountant understands."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason code. The value stands in the journal; `sentence` is what a person reads."""

    # nothing to ask for
    PAID = "paid"
    CREDITED = "credited"
    VOIDED = "voided"
    WRITTEN_OFF = "written_off"
    ON_ACCOUNT = "on_account"
    NOT_DUE = "not_due"
    BELOW_MINIMUM = "below_minimum"
    NOT_WANTED = "not_wanted"
    # agreed or asked to wait
    DISPUTED = "disputed"
    PROMISE_PENDING = "promise_pending"
    PLAN_ACTIVE = "plan_active"
    HARDSHIP = "hardship"
    MORATORIUM = "moratorium"
    CLIENT_PAUSED = "client_paused"
    INVOICE_PAUSED = "invoice_paused"
    PAYMENT_PENDING = "payment_pending"
    AUTO_COLLECT = "auto_collect"
    OTHER_CURRENCY = "other_currency"
    REPLY_PENDING = "reply_pending"
    INSTALMENT_LATER = "instalment_later"
    DISCOUNT_TAKEN = "discount_taken"
    JUST_RESOLVED = "just_resolved"
    PAYMENT_RETURNED = "payment_returned"
    PAYMENT_MISBOOKED = "payment_misbooked"
    PLAN_DEFAULTED = "plan_defaulted"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_MOVED = "promise_moved"
    WITH_A_PERSON = "with_a_person"
    ESCALATED = "escalated"
    # not now
    QUIET_HOURS = "quiet_hours"
    HOLIDAY = "holiday"
    CONTACT_GAP = "contact_gap"
    FREQUENCY_CAP = "frequency_cap"
    STALE_LEDGER = "stale_ledger"
    AWAITING_APPROVAL = "awaiting_approval"
    ALREADY_THANKED = "already_thanked"
    ALREADY_WRITTEN = "already_written"
    REMINDER_SOON = "reminder_soon"
    VOLUME = "volume"
    FIRST_CONTACTS = "first_contacts"
    LADDER_ENDED = "ladder_ended"
    CARRIED = "carried"
    # no way to say it
    NO_CONSENT = "no_consent"
    NO_APPROVED_TEMPLATE = "no_approved_template"
    OPTED_OUT = "opted_out"
    SUPPRESSED_ADDRESS = "suppressed_address"
    NO_REACHABLE_CONTACT = "no_reachable_contact"
    NO_WAY = "no_way"
    CONTACT_LEFT = "contact_left"
    ADDRESS_UNUSABLE = "address_unusable"
    NOT_FOR_ROLE = "not_for_role"
    NOT_FOR_STEP = "not_for_step"
    BELOW_CHANNEL_MINIMUM = "below_channel_minimum"
    NO_PROVIDER = "no_provider"
    NOT_IN_POLICY = "not_in_policy"
    LESS_PREFERRED = "less_preferred"
    CLIENT_UNKNOWN = "client_unknown"
    CREDITOR_UNKNOWN = "creditor_unknown"
    # a message's end
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    REFUSED = "refused"
    SENDING_OFF = "sending_off"
    # the provider's word
    BOUNCED = "bounced"
    PROVIDER_REFUSED = "provider_refused"
    PROVIDER_BUSY = "provider_busy"
    PROVIDER_UNSURE = "provider_unsure"
    PROVIDER_DOWN = "provider_down"
    PROVIDER_GONE = "provider_gone"
    PACED = "paced"
    NO_RECEIPT = "no_receipt"
    UNANSWERED = "unanswered"
    TEMPLATE_FAILED = "template_failed"
    # why no interest is named
    INTEREST_EXCLUDED = "interest_excluded"
    INTEREST_NO_LAW = "interest_no_law"
    INTEREST_DEBTOR_TYPE = "interest_debtor_type"
    INTEREST_RATE_MISSING = "interest_rate_missing"
    # why something was done
    STEP_DUE = "step_due"
    ANSWERED = "answered"
    ENTERED_LATE = "entered_late"
    PAID_IN_FULL = "paid_in_full"
    FALLBACK = "fallback"
    APPROVED = "approved"
    LARGE_OR_KEY = "large_or_key"
    CANNOT_PAY = "cannot_pay"
    CALL_WISHED = "call_wished"
    RESUMED = "resumed"

    @property
    def sentence(self) -> str:
        """The reason in a sentence."""
        return _SENTENCES[self]


_SENTENCES: dict[Reason, str] = {
    Reason.PAID: "The invoice is paid.",
    Reason.CREDITED: "A credit note covers the invoice.",
    Reason.VOIDED: "The invoice was voided.",
    Reason.WRITTEN_OFF: "The invoice was written off.",
    Reason.ON_ACCOUNT: "Money on the client's account, not yet allocated, covers the invoice.",
    Reason.NOT_DUE: "No reminder is due yet.",
    Reason.BELOW_MINIMUM: "The amount is below the policy's minimum for a reminder.",
    Reason.NOT_WANTED: "The client has said that they don't want messages of this kind.",
    Reason.DISPUTED: "The client disputes it; nobody is reminded of an amount under dispute.",
    Reason.PROMISE_PENDING: "The client has promised to pay, and the promised date has not passed.",
    Reason.PLAN_ACTIVE: "A payment plan covers the invoice.",
    Reason.HARDSHIP: "The client has declared hardship.",
    Reason.MORATORIUM: "A legal breathing space protects the client.",
    Reason.CLIENT_PAUSED: "Reminders to this client are paused.",
    Reason.INVOICE_PAUSED: "Reminders for this invoice are paused.",
    Reason.PAYMENT_PENDING: "A direct debit is under way.",
    Reason.AUTO_COLLECT: "The invoice is collected automatically.",
    Reason.OTHER_CURRENCY: "Money in another currency was allocated to it; a person must say what is still owed.",
    Reason.REPLY_PENDING: "The client has answered, and a person should read it first.",
    Reason.QUIET_HOURS: "It is outside the hours at which this client may be contacted.",
    Reason.HOLIDAY: "It is a public holiday where the client is.",
    Reason.CONTACT_GAP: "The last message to this client is too recent.",
    Reason.FREQUENCY_CAP: "The client has been contacted as often as is allowed for now.",
    Reason.STALE_LEDGER: "The billing system has not confirmed recent payments; the client may have paid.",
    Reason.AWAITING_APPROVAL: "It waits for a person's approval.",
    Reason.ALREADY_THANKED: "The client was already thanked today.",
    Reason.CARRIED: "An older invoice sets the pace; its messages speak of this one, too.",
    Reason.LADDER_ENDED: "All automatic steps are over; what comes next is a person's decision.",
    Reason.NO_CONSENT: "The client has not consented to this channel.",
    Reason.NO_APPROVED_TEMPLATE: "WhatsApp has approved no template for it that the reader understands, and no "
    "conversation is open.",
    Reason.OPTED_OUT: "The client has asked for no more messages on this channel.",
    Reason.SUPPRESSED_ADDRESS: "The address takes no messages, or failed again and again.",
    Reason.NO_REACHABLE_CONTACT: "There is no contact that can be reached on an allowed channel.",
    Reason.NO_WAY: "The client can't be reached at all: no contact has an address that may be used.",
    Reason.CONTACT_LEFT: "This contact answered that they are not the one to write to, or has left.",
    Reason.ADDRESS_UNUSABLE: "What stands in the profile can't be an address for this channel.",
    Reason.NOT_FOR_ROLE: "Friendly words go to those who deal with invoices; the head of the house is asked last.",
    Reason.NOT_FOR_STEP: "This step does not go by this channel.",
    Reason.BELOW_CHANNEL_MINIMUM: "The amount is too small for this channel.",
    Reason.NO_PROVIDER: "No provider, or no number of ours, is set up for this channel.",
    Reason.NOT_IN_POLICY: "The policy does not use this channel.",
    Reason.LESS_PREFERRED: "Another way comes first.",
    Reason.CLIENT_UNKNOWN: "The billing system has not sent the client's profile yet.",
    Reason.CREDITOR_UNKNOWN: "The invoice names a creditor that is not configured.",
    Reason.SUPERSEDED: "A newer state of the account made the message pointless.",
    Reason.EXPIRED: "Its time passed before it could be sent.",
    Reason.REFUSED: "A person decided against it.",
    Reason.SENDING_OFF: "Sending is switched off.",
    Reason.BOUNCED: "The mailbox or carrier refused it.",
    Reason.PROVIDER_REFUSED: "The provider refused it.",
    Reason.PROVIDER_BUSY: "The provider could not take it at that moment; it was surely not sent.",
    Reason.PROVIDER_UNSURE: "The provider did not answer clearly; it may or may not have been sent.",
    Reason.PROVIDER_DOWN: "The provider is having trouble; the message waits until it works again.",
    Reason.PROVIDER_GONE: "No provider that may still carry it is configured.",
    Reason.PACED: "It waits for its turn: a sender may only send so many messages in a second.",
    Reason.NO_RECEIPT: "No word of delivery came within three days.",
    Reason.UNANSWERED: "Nobody answered the call, or nobody said that it was for them.",
    Reason.TEMPLATE_FAILED: "The template could not be filled; nothing is sent with a hole in it.",
    Reason.INTEREST_EXCLUDED: "The invoice's late terms exclude interest and fees.",
    Reason.INTEREST_NO_LAW: "There is no law pack on late payment for the creditor's country.",
    Reason.INTEREST_DEBTOR_TYPE: "The law pack gives no interest against such a debtor, or their kind is not known.",
    Reason.INTEREST_RATE_MISSING: "The law pack lacks a rate for a day that counts; no rate is ever guessed.",
    Reason.STEP_DUE: "The step's day has come.",
    Reason.ANSWERED: "The client has answered; they hear what was understood and what happens next.",
    Reason.ENTERED_LATE: "The invoice was first seen late and enters at the step that fits its age.",
    Reason.PAID_IN_FULL: "The invoice was paid in full.",
    Reason.FALLBACK: "An earlier channel did not work.",
    Reason.APPROVED: "A person approved it.",
    Reason.LARGE_OR_KEY: "The policy wants a person's yes for such an account.",
    Reason.CANNOT_PAY: "The client says that they can't pay; a person should speak with them.",
    Reason.CALL_WISHED: "The client has asked for a call.",
    Reason.RESUMED: "Nothing was said while it was held, so it goes on where it stood.",
    Reason.ALREADY_WRITTEN: "The client has had another message today.",
    Reason.REMINDER_SOON: "A reminder is due within the next days; the statement waits for it.",
    Reason.VOLUME: "Far more messages than usual would go; a person must look before more do.",
    Reason.FIRST_CONTACTS: "Enough clients hear from us for the first time today; this one follows on another day.",
    Reason.INSTALMENT_LATER: "It is paid in instalments, and the next one is not due yet.",
    Reason.DISCOUNT_TAKEN: "The client paid in time for the early-payment discount; a credit note for it is missing.",
    Reason.JUST_RESOLVED: "Its dispute was resolved only lately; the client gets a few days first.",
    Reason.PAYMENT_RETURNED: "A payment came back; the client is told first and gets a few days.",
    Reason.PAYMENT_MISBOOKED: "A payment was booked by mistake and taken back; the client gets a few days first.",
    Reason.PLAN_DEFAULTED: "An instalment of the payment plan is long overdue; a person decides how to go on.",
    Reason.PROMISE_MOVED: "The client has put the promised day off again and again; a person should speak with them.",
    Reason.PROMISE_BROKEN: "The promised payment has not come.",
    Reason.WITH_A_PERSON: "A person has taken the case over.",
    Reason.ESCALATED: "The case is with an attorney; nothing automatic follows.",
}
