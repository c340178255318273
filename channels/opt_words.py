"""What a reply says about being written to at all: stop, go on, or help.

Two readings. *Keywords* count when they are all that was written (a polite word or a full stop beside them is allowed):
those of the carriers and of 47 CFR 64.1200(a)(10), https://www.law.cornell.edu/cfr/text/47/64.1200, and the words that
people use in German, French, Spanish, Italian and Dutch. *Sentences* count when they ask us to stop writing: the same
rule takes any reasonable words, and the provider stops at its keywords only.

The price of the two mistakes is not the same. Writing on to somebody who said stop breaks the law and the relation; a
stop that was none costs one channel, and a person sees the reply anyway. So where a sentence can be read both ways and
is about our messages, it counts as a stop. But "stop" is also a word of payments, orders and deliveries, and those are
the mail of a bookkeeper: "please stop the direct debit" is no opt-out.

`IN` comes from the exact keyword alone. "YES" is one for the carriers, but may as well answer a question of ours: whoever
uses it should take it only as the end of an earlier stop, never as a consent that was not there before.
"""

from __future__ import annotations

import re
import unicodedata

from reminders.feedback import OptWord

# Compared after `_normal`: lower case, no accents, no punctuation.
_OUT_WORDS = frozenset(
    """
    stop stopp stopall unsubscribe end quit cancel revoke optout opt_out stop_all stop_it stop_this stop_that unsub
    stop_sms stop_texts stop_emails remove_me opt_me_out no_more
    abmelden abmeldung abbestellen austragen keine_sms_mehr keine_nachrichten_mehr keine_mails_mehr aufhoren
    arret arreter arretez desabonner desabonnement desinscrire desinscription desinscrivez_moi
    baja parar alto detener dar_de_baja darme_de_baja cancelar no_mas
    disiscrivi disiscrivimi disiscrizione annulla ferma fermare basta cancellami
    stoppen stoppe afmelden uitschrijven opzeggen
    """.split()
)
_IN_WORDS = frozenset("start unstop yes optin opt_in subscribe resubscribe".split())
_HELP_WORDS = frozenset("help info hilfe aide ayuda aiuto hulp".split())

# May stand beside a keyword without changing it. "Cancel please" may mean an order: see `_ALONE`.
_POLITE = frozenset(
    "please pls plz thanks thank_you thx now ok okay immediately asap just kindly bitte danke svp merci grazie gracias"
    " por_favor per_favore s_il_vous_plait alstublieft aub graag hi hello hey".split()
)
# Words that count alone and nowhere else: with anything beside them they are about something else.
_ALONE = frozenset(
    "end quit cancel revoke cancelar annulla alto basta parar opzeggen no_more no_mas yes".split()
)

_ME = r"(?:me|us|this number|this phone|my phone|my number|our office|this address|my email|our email)"
_NEWS = (
    r"(?:text|texts|message|messages|msg|msgs|sms|e ?mails?|mails?|reminders?|notifications?|notices|calls?"
    r"|correspondence|spam|stuff)"
)
_WRITING = (
    r"(?:texting|messaging|emailing|e mailing|mailing|calling|contacting|reminding|bothering|harassing|spamming|pestering"
    r"|bugging|annoying|hounding|chasing|disturbing|writing)"
)
_STOP = r"(?:stop|quit|cease|discontinue|stopp)"
# Who ends something of their own is not asking us: "we will stop emailing purchase orders".
_OWN = re.compile(
    r"\b(?:i|we|they|he|she|it|to|you)"
    r"(?: (?:will|ll|shall|would|d|can|cannot|cant|could|couldnt|had|have|ve|did|didnt|must|may|might|need|not|never|wont|"
    r"dont|do|also|soon|now|then))* $"
)
_NOT = re.compile(
    r"\b(?:dont|do not|didnt|did not|doesnt|never|not|no need|without|wouldnt|dont want)(?: \w+){0,2} $"
)

_SENTENCES: tuple[tuple[re.Pattern[str], bool], ...] = tuple(
    (re.compile(pattern), guarded)
    for pattern, guarded in (
        # guarded: not where the writer is the one who stops, nor where it is denied
        (
            rf"\b{_STOP} (?:\w+ )?{_WRITING}\b(?! (?:the|a|an|your|our|my|his|her|their|purchase|orders|suppliers))",
            True,
        ),
        (
            rf"\b{_STOP} (?:sending|with)(?: {_ME})?(?: (?:any|all|these|those|the|your|more|such|so|many|further|constant"
            rf"|payment|automated|daily))* {_NEWS}\b",
            True,
        ),
        (rf"\b{_STOP} sending {_ME}? ?(?:this|these|those|them|it|that|things|anything)\b", True),
        (
            rf"\b{_STOP} (?:all|these|those|your|the|any|more)(?: (?:the|these|those|your|of|automated|constant|payment))*"
            rf" {_NEWS}\b",
            True,
        ),
        (rf"\b{_STOP} {_NEWS} ?(?:please|now|to me|to us|$)", True),
        (r"\bunsubscribe\b(?! (?:link|button|page|does|doesnt|is))", True),
        (
            r"\bopt (?:me |us )?out\b(?! of (?:the )?(?:discount|early|scheme|contract|plan|direct|auto|insurance|this offer|"
            r"your offer|paper|vat|service))",
            True,
        ),
        # not guarded: the request is in the words themselves
        (
            r"\b(?:stop|no longer|not) (?:want(?:ing)? (?:to )?)?(?:receiv(?:e|ing)|get(?:ting)?)"
            rf"(?: (?:any|all|these|those|your|the|more|such|further|payment))+ {_NEWS}\b",
            False,
        ),
        (
            rf"\b(?:dont|do not|no longer|not) (?:want|wish|like|need)(?: to)? (?:receive |get |have )?"
            rf"(?:any |all |these |those |your |more |such |further |payment |to be )*(?:{_NEWS}|contacted|texted|messaged|"
            r"emailed)\b(?! (?:copy|copies|confirmation))",
            False,
        ),
        (
            r"\b(?:dont|do not|never|not to|not)(?: ever)? (?:text|message|sms|contact|e ?mail|bother|disturb|harass|write to|"
            rf"write|spam) {_ME}\b(?! (?:before|after|until|till|between|during|today|tomorrow|while|when|if|unless|the|a|an|"
            r"that|your|for|on (?!this)|in|for|as|by phone|at (?!this|all)|with (?:a|the)))",
            False,
        ),
        (rf"\b(?:dont|do not|never) call {_ME} (?:again|any ?more|ever)\b", False),
        (
            rf"\b(?:dont|do not|never)(?: ever)? send(?: {_ME})?(?: (?:any|more|these|those|such|further|your))* {_NEWS}\b"
            r"(?! (?:to (?!me|us)|before|after|until|till|copies|copy))",
            False,
        ),
        (rf"\b(?:no|without) (?:more|further|other) {_NEWS}\b", False),
        (
            rf"\b(?:remove|delete|drop|strike|scratch|take|get|erase) (?:{_ME}|my|our|this|me and)"
            r"(?: (?:number|phone|cell|mobile|e ?mail|address|name|details|contact|data))* (?:off|from|out of|on)"
            r"(?: (?:of|your|the|this|these|all|any|mailing|distribution|contact|text|sms|messaging|call|calling|reminder|email"
            r"|marketing))*"
            r" ?(?:lists?|database|system|systems|texts|messages|messaging|reminders|records|contacts|mailing|"
            r"notifications|emails|sms)\b",
            False,
        ),
        (
            r"\b(?:remove|delete|erase) my (?:number|phone number|cell number|mobile number)(?: please| now)?$",
            False,
        ),
        (r"\btake me off\b(?! (?:the (?:order|contract|lease|account|policy)))", False),
        (r"\b(?:leave|let) (?:me|us) alone\b", False),
        (r"\blose (?:my|this) number\b", False),
        (r"\b(?:revoke|revoking|withdraw|withdrawing|rescind)(?: \w+){0,2} (?:consent|permission)\b", False),
        (
            r"\b(?:do not|dont|never|no longer) consent to (?:\w+ ){0,3}(?:text|texts|messages?|sms|e ?mails?|contact|contacted"
            r"|calls?|reminders?)\b",
            False,
        ),
        (
            r"\b(?:can|could|will|would|must|should|need to|have to|please|pls|just|kindly|asked you to|told you to|want you to|"
            r"you to) (?:you |u )?(?:please |just |kindly )?stop(?: it| this| that)?$",
            False,
        ),
        # German, French, Spanish, Italian, Dutch
        (
            r"\b(?:bitte |senden sie |schicken sie )(?:\w+ ){0,3}keine (?:\w+ )?(?:sms|nachrichten|mails|e mails|emails|"
            r"erinnerungen)\b",
            False,
        ),
        (r"\bkeine (?:weiteren )?(?:sms|nachrichten|mails|e mails|emails|erinnerungen) mehr\b", False),
        (
            r"\b(?:schreiben|schreibt|kontaktieren|kontaktiert) (?:sie )?(?:mir|mich|uns) (?:bitte )?nicht mehr\b",
            False,
        ),
        (r"\bhoren sie (?:bitte )?auf\b|\b(?:lassen sie|lasst) (?:mich|uns) in ruhe\b", False),
        (
            r"\b(?:arretez|cessez|arreter) de m(?:e |'| )?(?:\w+ )?(?:ecrire|envoyer|contacter|relancer|harceler)",
            False,
        ),
        (r"\bne (?:m|me|nous) ?(?:ecrivez|envoyez|contactez|contacter|envoyer) (?:plus|pas)\b", False),
        (r"\bplus de (?:sms|messages|mails|courriels|relances)\b(?! (?:que|pour))", False),
        (
            r"\bno (?:me|nos) (?:envien|envie|manden|mande|escriban|escriba|contacten|contacte|molesten)(?: \w+)? mas\b"
            r"|\bno (?:me|nos) (?:escriban|contacten|molesten)\b|\bdejen? de (?:enviar|mandar|escribir|molestar)",
            False,
        ),
        (r"\bno quiero (?:recibir )?mas (?:mensajes|sms|correos|recordatorios)\b", False),
        (
            r"\bnon (?:inviatemi|mandatemi|scrivetemi|contattatemi|inviarmi)(?: \w+)? ?piu\b|\bnon (?:contattatemi|scrivetemi)\b"
            r"|\bsmett(?:ete|ere|etela) di (?:scriver|inviar|contattar|mandar)",
            False,
        ),
        (
            r"\bgeen (?:\w+ )?(?:sms|sms jes|berichten|mails|e mails|herinneringen) (?:meer|sturen)\b"
            r"|\bstop met (?:sms|berichten|mailen|bellen|sturen|het sturen)",
            False,
        ),
    )
)

_QUOTES = str.maketrans(dict.fromkeys("'’‘`´", None))
_MULTI = sorted(
    (word for words in (_OUT_WORDS, _IN_WORDS, _HELP_WORDS, _POLITE) for word in words if "_" in word),
    key=len,
)[::-1]


def read_opt(text: str) -> OptWord | None:
    """What the text says about being written to; None if it says nothing about that."""
    clauses = [words for part in re.split(r"[.!?;:,\n\r()\"“”–—]+|\s-\s", text) if (words := _normal(part))]
    if not clauses:
        return None
    whole = " ".join(clauses)
    if word := _keyword(whole):
        return word
    # "STOP. I have paid already": a stop that stands alone between two full stops is one.
    for clause in clauses:
        if _keyword(clause) is OptWord.OUT and not _bare(clause) & _ALONE:
            return OptWord.OUT
    for clause in clauses:
        if any(_asks(clause, pattern, guarded) for pattern, guarded in _SENTENCES):
            return OptWord.OUT
    return None


def _normal(text: str) -> str:
    """Lower case, accents and apostrophes gone, everything but letters and digits a space."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES))
    text = "".join(ch for ch in text if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in text).split())


def _keyword(clause: str) -> OptWord | None:
    """The meaning of a clause that is nothing but keywords and politeness."""
    if len(clause) > 60:
        return None
    if clause.replace(" ", "") == "stop":  # S T O P
        return OptWord.OUT
    said = _bare(clause)
    if len(said) != 1:
        return None
    (word,) = said
    if word in _ALONE and word.replace("_", " ") != clause:
        return None
    if word in _OUT_WORDS:
        return OptWord.OUT
    if word in _IN_WORDS:
        return OptWord.IN
    return OptWord.HELP if word in _HELP_WORDS else None


def _bare(clause: str) -> set[str]:
    """The distinct words of a clause without the polite ones; those of several words are joined by `_`."""
    padded = f" {clause} "
    for words in _MULTI:
        padded = padded.replace(f" {words.replace('_', ' ')} ", f" {words} ")
    return set(padded.split()) - _POLITE


def _asks(clause: str, pattern: re.Pattern[str], guarded: bool) -> bool:
    """Whether the clause asks us to stop in this way."""
    found = pattern.search(clause)
    if found is None:
        return False
    if not guarded:
        return True
    before = clause[: found.start()]
    if _NOT.search(before):
        return False
    # "You need to stop texting me", "I want you to stop ...": the one who is to stop is us.
    if re.search(r"\b(?:you|u|yall)(?: \w+){0,3} $", before) or re.search(
        r"\b(?:want|like|wish|how|how do i|how can i) to $", before
    ):
        return True
    if re.search(r"\bhow (?:do|can) (?:i|we) $", before):
        return True
    if "unsubscribe" in found[0] or "opt" in found[0].split()[0]:
        return True
    return not _OWN.search(before)
