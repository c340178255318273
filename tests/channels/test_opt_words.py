"""Who asks us to stop, and who only uses the word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.opt_words import read_opt
from reminders.feedback import OptWord

KEYWORDS_OUT = """
STOP|stop|Stop.|STOP!!!|"STOP"|'stop'| stop |stop please|Please stop|pls stop|STOP STOP STOP|S T O P
stop now|stop 🛑|ＳＴＯＰ
STOPALL|stop all|UNSUBSCRIBE|unsubscribe please|END|end.|QUIT|CANCEL|REVOKE|OPTOUT|OPT OUT|opt-out|Stop, thanks|STOPP
abmelden|Bitte abmelden|abbestellen|arrêt|ARRET|arrêter|Stop SVP|désabonner|baja|BAJA por favor|dar de baja|parar
disiscrivi|Annulla|ferma|basta|stoppen|afmelden|uitschrijven|Stop alstublieft
"""

SENTENCES_OUT = [
    "please stop texting me",
    "Don't text me again",
    "stop sending messages",
    "Remove me from your list",
    "unsubscribe please",
    "Could you stop sending me these reminders?",
    "Stop sending me texts about this invoice",
    "You need to stop contacting us",
    "I want you to stop emailing me",
    "I asked you to stop!",
    "We have paid already. Please stop.",
    "STOP. I paid this last week.",
    "Stop! The goods never came",
    "I would like to unsubscribe",
    "How do I unsubscribe from this?",
    "I want to opt out of these messages",
    "opt me out",
    "do not contact me",
    "Do not contact us on this number any more",
    "Please don’t message me anymore",
    "never text this number again",
    "don't send me any more reminders",
    "no more texts please",
    "No further emails, thank you.",
    "I don't want to receive these messages",
    "I no longer wish to be contacted",
    "we do not wish to receive any further reminders",
    "take me off your mailing list",
    "take my number off your list",
    "delete my number from your database",
    "Remove my number please",
    "Leave me alone",
    "lose my number",
    "I revoke my consent to receive texts",
    "I withdraw my permission",
    "quit texting me",
    "cease contacting me immediately",
    "Stop harassing us",
    "stop all messages",
    "stop these emails now",
    "would you please stop",
    "I do not consent to text messages",
    "Don't call me again",
    "Bitte senden Sie mir keine SMS mehr",
    "Schreiben Sie mir nicht mehr",
    "Bitte keine weiteren Nachrichten",
    "Lassen Sie mich in Ruhe!",
    "Arrêtez de m'écrire",
    "Ne m'envoyez plus de SMS",
    "No me envíen más mensajes",
    "Dejen de escribirme",
    "Non scrivetemi più",
    "Smettete di inviarmi messaggi",
    "Stuur mij geen berichten meer",
    "Please do not send any further text messages to this phone",
    "Enough with the messages!",
    "no more emails",
    "Unsubscribe me please",
    "Stop contacting me, I paid.",
    "I don't want these texts",
    "Please delete my number from your records",
    "Ich will keine SMS mehr",
    "Bitte keine SMS mehr!",
    "Bitte nicht mehr schreiben",
    "Schicken Sie mir bitte keine E-Mails mehr",
    "Nehmen Sie mich aus dem Verteiler",
    "Streichen Sie mich von der Liste",
    "Ich möchte mich abmelden",
    "Bitte unterlassen Sie weitere Nachrichten",
    "Hört auf mir zu schreiben",
    "Kontaktieren Sie mich nicht mehr",
    "keine Mahnungen mehr per SMS bitte",
    "Ich widerrufe meine Einwilligung",
    "Ne m'écrivez plus",
    "Ne me contactez plus",
    "Je ne souhaite plus être contacté",
    "Je souhaite me désinscrire",
    "stop sms",
    "Plus de messages svp",
    "Arrêtez vos messages",
    "Cessez de me harceler",
    "Foutez-moi la paix",
    "Retirez-moi de votre liste",
    "Merci d'arrêter de m'écrire",
    "Ne plus me contacter svp",
    "no me escribáis más",
    "No quiero más mensajes",
    "Dejad de enviarme SMS",
    "Dejadme en paz",
    "Bórrenme de su lista",
    "Quítenme de la lista",
    "no me mandes más sms",
    "Deja de molestarme",
    "No deseo recibir más comunicaciones",
    "no más mensajes",
    "Por favor, no contacten más conmigo",
    "Non contattatemi più",
    "Smettetela con questi messaggi",
    "Non voglio più essere contattato",
    "Lasciatemi in pace",
    "Cancellatemi dalla lista",
    "Basta sms",
    "Non inviatemi più email",
    "Vorrei disiscrivermi",
    "Smettere di mandare messaggi",
    "Voglio cancellarmi",
    "Stuur me geen sms meer",
    "Niet meer sms'en",
    "Stop met berichten sturen",
    "Ik wil niet meer benaderd worden",
    "Ik wil me uitschrijven",
    "Schrijf me uit",
    "Laat mij met rust!",
    "Verwijder mijn nummer",
    "geen berichten meer",
    "Niet meer mailen aub",
    "Mail me niet meer",
    "pls stop txting me",
    "No more of these texts",
    "Schluss mit den SMS",
    "Genug von diesen Mails",
    "Lassen Sie mich zufrieden",
    "Dejadme tranquila",
    "Basta ya de mensajes",
    "Lasciatemi stare",
    "Non voglio più sentirvi",
    "Basta con questi messaggi",
]

NOT_OUT = [
    "we can't stop by the bank until Monday",
    "please cancel the invoice",
    "end of the month",
    "I will stop payment",
    "Can you stop the direct debit please?",
    "please stop the delivery",
    "Stop payment was issued by our bank",
    "The cheque was stopped, we'll send another",
    "We had to stop production last week",
    "I'll pay at the end of the week",
    "Cancel please",
    "we want to cancel order 1234",
    "cancel the subscription and refund us",
    "please quit charging late fees",
    "We will stop emailing purchase orders in May",
    "we stopped receiving your invoices",
    "Don't stop sending the statements",
    "please don't unsubscribe us",
    "we did not unsubscribe",
    "the unsubscribe link does not work with my payment page",
    "Please remove the late fee",
    "remove the discount from the invoice",
    "please remove line 3 from the list of items",
    "Don't call me before 10, I'll pay on Friday",
    "do not contact me on weekends",
    "Please don't email me the invoice, post it",
    "do not send the goods",
    "Don't send your reminders to John, send them to accounts",
    "We want to opt out of the early discount",
    "Yes we will pay on Friday",
    "no more credit with our supplier",
    "I need help with this invoice",
    "info about the amount please",
    "When does the plan start?",
    "Let me know when it's due",
    "I can't text right now",
    "We pay on Friday",
    "Already paid, reference 4711",
    "Bitte senden Sie keine Ware",
    "Non abbiamo ricevuto la fattura",
    "La factura está pagada",
    "wij betalen vrijdag",
    "We stopped the transfer because the account number was wrong",
    "Do not send the invoice again, I have it",
    "Please stop the interest",
    "Please don't contact my customer about this",
    "I don't want a reminder fee, remove it",
    "no reminders needed, will pay tomorrow",
    "Ich habe keine Nachricht von Ihnen bekommen",
    "Wir haben keine SMS erhalten",
    "Bitte senden Sie keine Ware mehr",
    "Wir haben aufgehört, bei Ihnen zu bestellen",
    "Bitte stoppen Sie die Lieferung",
    "Ich habe bisher keine Mahnungen bekommen",
    "Bitte keine Mahngebühr berechnen",
    "Ich kann keine E-Mails empfangen, bitte per Post",
    "Ich habe keine Mails mehr bekommen",
    "Keine Sorge, wir zahlen morgen",
    "Arrêtez la livraison svp",
    "Je n'ai pas reçu de messages de votre part",
    "Ne m'envoyez pas la facture par mail mais par courrier",
    "Nous ne voulons plus de ce produit",
    "Nous ne recevons plus vos mails",
    "Nous n'avons plus de commandes chez vous",
    "je n'ai plus de messages sur mon téléphone",
    "Nous avons arrêté de commander chez vous",
    "No me envíen más mercancía",
    "No me manden la factura por correo",
    "Dejen de enviarme mercancía por favor",
    "Se paró la producción, pagamos el viernes",
    "No he recibido mensajes suyos",
    "Cancelen el pedido por favor",
    "Ya no quiero el producto",
    "No quiero pagar recargos",
    "Non ho ricevuto messaggi",
    "Non mandatemi la merce",
    "Non inviatemi la fattura per posta",
    "Basta così, grazie per l'aiuto",
    "Ho smesso di ordinare da voi",
    "Annullate l'ordine",
    "Non ricevo più le vostre mail",
    "Stuur geen goederen meer",
    "Wij hebben geen berichten ontvangen",
    "Ik heb geen mails meer ontvangen",
    "Stop de levering aub",
    "Wij zijn gestopt met bestellen",
    "Geen probleem, betaal morgen",
    "Ik wil geen boete betalen",
    "Stuur me de factuur niet per post",
    "Houd u mij op de hoogte",
    "Annuleer de bestelling",
    "non-stop support would be nice",
    "Basta la mail",
    "Basta mandare una mail",
    "Basta el importe",
    "Schluss für heute, wir zahlen morgen",
    "No more of this damaged stock please",
    "Please stop sending me paper invoices",
    "Stop by anytime",
    "",
    "   ",
    "🙏",
    "1",
]


@pytest.mark.parametrize(
    "text", [word for line in KEYWORDS_OUT.strip().splitlines() for word in line.split("|")]
)
def test_keywords_stop(text: str) -> None:
    assert read_opt(text) is OptWord.OUT


@pytest.mark.parametrize("text", SENTENCES_OUT)
def test_sentences_stop(text: str) -> None:
    assert read_opt(text) is OptWord.OUT
    assert read_opt(text.upper()) is OptWord.OUT


@pytest.mark.parametrize("text", NOT_OUT)
def test_other_talk_stops_nothing(text: str) -> None:
    assert read_opt(text) is None


@pytest.mark.parametrize("text", ["START", "start please", "UNSTOP", "YES", "yes.", "opt in"])
def test_exact_keywords_open_again(text: str) -> None:
    assert read_opt(text) is OptWord.IN


@pytest.mark.parametrize("text", ["HELP", "help?", "INFO", "Hilfe", "aide svp", "ayuda", "aiuto"])
def test_who_wants_help(text: str) -> None:
    assert read_opt(text) is OptWord.HELP


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert read_opt(text) in (None, *OptWord)
