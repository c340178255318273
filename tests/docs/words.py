"""Words for the reference where the code has none, or says it for programmers; the generator puts them into tables."""

# ruff: noqa: E501

from __future__ import annotations

SETTINGS = {
    "config": "A YAML file with the same names in lower case. Variables win over it.",
    "public_url": "Where the world reaches the web role. Webhooks are checked against it, and links in messages begin "
    "with it. `https://` when sending is live.",
    "secret_key": "Signs the links in messages and marks the journal's entries. Needed when sending is live.",
    "intake_exchange": "The topic exchange that billing systems publish to.",
    "intake_queue": "The queue that intake reads. What RabbitMQ gives up goes to the same name with `.dead`.",
    "events_exchange": "The topic exchange on which the journal goes out.",
    "log_format": "`json`, `console`, or `auto`: pleasant on a terminal, JSON elsewhere.",
    "log_level": "`debug`, `info`, `warning` or `error`.",
    "sendgrid__api_key": "A SendGrid key that may send mail. Needed when sending is live.",
    "sendgrid__base_url": "Another host than `https://api.sendgrid.com`: the EU region's, or the sandbox's.",
    "sendgrid__webhook_public_keys": "The keys that SendGrid shows beside its signed webhooks; several while one is "
    "being changed, separated by commas. Needed when sending is live.",
    "twilio__account_sid": "The account, `AC…`. Needed when sending is live.",
    "twilio__auth_token": "The primary token; it also signs the webhooks. Needed when sending is live.",
    "twilio__base_url": "Another host than `https://api.twilio.com`.",
    "twilio__messaging_service_sid": "A messaging service, `MG…`, that chooses the sender. Without it, the creditor's "
    "`sms_from` is used.",
}

POLICY = {
    "Policy.name": "Lower-case letters, digits, `_` and `-`. It stands in the journal together with a hash of the content.",
    "Policy.description": "For people.",
    "Policy.steps": "The steps. Those that count from the due date stand in the order of their days, one a day.",
    "Policy.windows": "When messages may go.",
    "Policy.caps": "How often a client may be contacted.",
    "Policy.channels": "The channels that may be used at all, in the order that holds where the client has no preference. "
    "Today `email` and `sms` can be sent.",
    "Policy.enter_at_most": "An invoice first seen late enters at this step at most. Without it, it enters where its age "
    "says.",
    "Policy.stale_after_hours": "Nothing overdue is sent when the biller's last `ledger.synced` is older than that many "
    "hours. Holds only for billers that publish it.",
    "Policy.reply_hold_working_days": "A client's answer holds further reminders for that many working days.",
    "Policy.promise_grace_days": "Days after a promised date before reminders go on.",
    "Policy.minimum": "The smallest amount worth a reminder, per currency, in minor units: `{EUR: 500}` is five euros.",
    "Step.name": "Lower-case letters, digits and `_`. Each name has a template; a new name needs a new template.",
    "Step.anchor": "What `day` counts from: `issue` (the invoice's date), `due` or `payment` (full payment).",
    "Step.day": "Calendar days from the anchor, in the client's zone; a minus is before it.",
    "Step.until_day": "The last day, on the same count, on which the step still makes sense. Without it, a step holds "
    "until the next one's day.",
    "Step.tone": "`warm`, `helpful`, `friendly`, `polite`, `firm`, `formal` or `neutral`. It is recorded with the message.",
    "Step.by": "`email`; `preferred` (the client's first usable channel); `second_preferred`; or `preferred_or_next` (the "
    "next one where the last message did not arrive).",
    "Step.min_terms_days": "Only for invoices with at least that many days between issue and due date.",
    "Step.approval": "Held until a person approves it.",
    "Step.gap_exempt": "Neither waits for the contact gap nor starts one. The cap still counts it.",
    "Windows.days": "Weekdays on which messages may go.",
    "Windows.start": 'From this time on, in the client\'s zone. In quotes: `"09:00"`.',
    "Windows.end": "Until before this time.",
    "Windows.holidays": "Keep the public holidays of the client's country and subdivision free.",
    "Caps.gap_days": "Days between two automatic messages; exempt steps aside.",
    "Caps.contacts": "At most that many messages, of any step and on all channels together ...",
    "Caps.per_days": "... in any span of that many days.",
}

CREDITOR = {
    "Creditor.creditor_id": "The id that invoices name. The first creditor in the file owns invoices that name none.",
    "Creditor.legal_name": "As it is registered.",
    "Creditor.name": "The name that clients know.",
    "Creditor.address": "A list of lines, printed under each mail.",
    "Creditor.country": "Two capital letters.",
    "Creditor.time_zone": "The creditor's own zone, like `Europe/London`.",
    "Creditor.sender_email": "The address in From. Its domain must be authenticated at SendGrid.",
    "Creditor.sender_name": "The name in From.",
    "Creditor.sms_from": "A phone number (E.164) or an alphanumeric sender that your Twilio account may use.",
    "Creditor.reply_domain": "Answers to mails go to an address at this domain; its MX points to SendGrid's Inbound Parse.",
    "Creditor.website": "Linked from mails.",
    "Creditor.brand": "How a mail looks.",
    "Creditor.bank_accounts": "Where money may be sent; the one of the invoice's currency is printed.",
    "Creditor.contact": "Whom a client can talk to.",
    "Creditor.terms": "The payment terms in plain words; firmer messages quote them.",
    "Person.name": "The person's name.",
    "Person.email": "Their mail address.",
    "Person.phone": "Their phone number, as it should be printed.",
    "BankAccount.currency": "Three capital letters.",
    "BankAccount.holder": "Whose account it is.",
    "BankAccount.bank": "The bank's name.",
    "BankAccount.iban": "Printed as it stands.",
    "BankAccount.bic": "Printed as it stands.",
    "BankAccount.account": "An account number, where there is no IBAN.",
    "BankAccount.routing": "A routing number or sort code, where there is no IBAN.",
    "Brand.colour": "A colour for the heading, like `#1f4e5f`.",
    "Brand.logo_url": "An image over https.",
}

COMMANDS = {
    "serve --sandbox-port": "Port of the sandbox.",
    "play": "The ledger in the data folder is replaced if it was a play's; any other is left alone and the command fails. "
    "Three types of events speak for the outside world: `sandbox.reply` {client_id, channel, text}, `sandbox.outcome` "
    "{address, outcome: `deliver`, `bounce`, `block`, `refuse` or `silent`} and `sandbox.person` {client_id, task (a kind), "
    "decision, by, note}.",
    "serve": "Refuses a ledger that a play has left. Without `AMICABLE_API_TOKENS` it makes a token, keeps it in the data "
    "folder and shows it.",
    "work": "Needs RabbitMQ. With `--processes`, one of them ending ends all: let a supervisor start the command again.",
    "intake": "Needs RabbitMQ.",
    "schedule": "Needs RabbitMQ. Several may run.",
    "web": "Listens on this machine only, unless `--host` says otherwise.",
    "sandbox": "Refuses to start when sending is live.",
    "message": "An id may be shortened to its beginning, six characters at least, where no other id begins with them.",
    "task": "Give one of `--done`, `--approve` and `--refuse`, with `--by`. An approval ends with `--approve` or `--refuse`, "
    "everything else with `--done`.",
    "parked replay": "Only events can be replayed; receipts and replies can be dropped.",
}
