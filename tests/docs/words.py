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
    "sendgrid__api_key": "A SendGrid key that may send mail. Needed when sending is live, unless mails go by SMTP.",
    "sendgrid__base_url": "Another host than `https://api.sendgrid.com`: the EU region's, or the sandbox's.",
    "sendgrid__webhook_public_keys": "The keys that SendGrid shows beside its signed webhooks; several while one is "
    "being changed, separated by commas. Needed beside a live key.",
    "twilio__account_sid": "The account, `AC…`. Needed when sending is live.",
    "twilio__auth_token": "The primary token; it also signs the webhooks. Needed when sending is live.",
    "twilio__base_url": "Another host than `https://api.twilio.com`.",
    "twilio__messaging_service_sid": "A messaging service, `MG…`, that chooses the sender. Without it, the creditor's "
    "`sms_from` is used.",
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
    "Creditor.voice_from": "A phone number (E.164) of your Twilio account, or verified there, that calls come from. Without "
    "it, no call is made in this creditor's name.",
    "Creditor.whatsapp_from": "A phone number (E.164) that is a WhatsApp sender of your Twilio account. Without it, nothing "
    "goes by WhatsApp.",
    "Creditor.whatsapp_templates": "What WhatsApp has approved: per template and language the content's id, as in "
    "`{heads_up: {de: HX…, en: HX…}}`.",
    "Creditor.reply_domain": "Answers to mails go to an address at this domain; its MX points to SendGrid's Inbound Parse.",
    "Creditor.website": "Linked from mails.",
    "Creditor.brand": "How a mail looks.",
    "Creditor.bank_accounts": "Where money may be sent; the one of the invoice's currency is printed.",
    "Creditor.contact": "Whom a client can talk to.",
    "Creditor.terms": "The payment terms in plain words; firmer messages quote them. One text, or one for each language (`{de: …, en: …}`), and then for nobody who reads another.",
    "Creditor.language": "Like `de-AT`: for clients whose own language is not known or has no templates. Else English.",
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
    "{address, outcome: `deliver`, `bounce`, `block`, `refuse`, `silent` or `defer`} and `sandbox.person` {client_id, task (a kind), "
    "decision, by, note}. By `voice`, the text of a reply are the keys that are pressed at the next call: `1,2,7`.",
    "preview": "It only reads. With `--on`, the file is taken into a ledger in a temporary folder, with the policies and "
    "settings in force; the data folder is not touched. More in [see before sending](../how-to/see-before-sending.md).",
    "route": "It asks what the deciders and the last gate ask, and only reads. Each contact's address is shown by its "
    "first letter and its domain, or by the ends of its number. With `--step`, a step that is not due is shown as if it "
    "came now. More in [how a step is chosen](../explanation/deciding.md#5-how).",
    "serve": "Refuses a ledger that a play has left. Without `AMICABLE_API_TOKENS` it makes a token, keeps it in the data "
    "folder and shows it.",
    "work": "Needs RabbitMQ. With `--processes`, one of them ending ends all: let a supervisor start the command again.",
    "intake": "Needs RabbitMQ.",
    "schedule": "Needs RabbitMQ. Several may run.",
    "web": "Listens on this machine only, unless `--host` says otherwise.",
    "sandbox": "Refuses to start when sending is live.",
    "message": "An id may be shortened to its beginning, six characters at least, where no other id begins with them.",
    "task": "Give one of `--done`, `--approve` and `--refuse`, with `--by`. An approval ends with `--approve` or `--refuse`, "
    "a decision with any of the three, everything else with `--done`. More in [decide what waits for a person]"
    "(../how-to/decide-tasks.md).",
    "interest": "The sheet, period by period. More in [see what late payment has cost](../how-to/interest.md).",
    "escalation lift": "Without `--creditor`, the client's only case. A person decides what comes next: nothing that led there "
    "is asked for again by itself.",
    "suppressions": "The one command that shows addresses in full. More in [addresses that must not be used]"
    "(../how-to/suppressions.md).",
    "suppressions lift": "An opt-out is only lifted with `--client-asked`: the client themselves must have asked to be "
    "written to there again.",
    "template preview": "Nothing is sent or changed. A mail is written as HTML, as text and, where Chromium or Chrome is on the "
    "path, as a picture; without one it says so. An SMS is shown with its segments, a WhatsApp message also as it is "
    "submitted for approval, a call as it is read out.",
    "template check": "Looks at what is missing, names that no letter has, long SMS, broken links, hard words and WhatsApp's "
    "rules, with sample letters of every kind. Each line names the file, what is wrong and what to do. A deployment's own "
    "words are files in `templates/<language>/` within `AMICABLE_POLICY_DIR`, which go before the shipped ones.",
    "parked replay": "Only events can be replayed; receipts and replies can be dropped.",
}
