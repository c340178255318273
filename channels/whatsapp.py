"""WhatsApp messages: templates as they are submitted for approval, and what fills their places.

A template is `templates/<language>/<step>.whatsapp.yaml`:

    body: "Hello from {{1}}. {{2}} is due on {{3}}. Reply STOP to opt out."
    variables:
      1: us
      2: all.invoices
      3: all.due

`body` is word for word what WhatsApp approves; `variables` are jinja expressions over the letter's view, one for each
place. What was sent is the body with its places filled.

Rules: https://developers.facebook.com/docs/whatsapp/message-templates/guidelines and
https://www.twilio.com/docs/content/using-variables-with-content-api.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import yaml
from jinja2 import Environment
from jinja2.environment import TemplateExpression
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.creditors import Creditor

LONGEST = 1024
"""Characters of a body, its places filled."""
SUFFIX = ".whatsapp.yaml"
_PLACE = re.compile(r"\{\{\s*(\d+)\s*\}\}")
_ANY_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
_ADJACENT = re.compile(r"\}\}\s*\{\{")
_WHITE = re.compile(r"[^\S\n]+")


class WhatsAppError(ValueError):
    """A template that can't be used; the text says what is wrong with it and holds no word of a message."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    body: Annotated[str, Field(min_length=1)]
    variables: dict[int, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WhatsAppTemplate:
    """One template: its body, and for each place the expression that fills it."""

    body: str
    variables: Mapping[int, str]
    _compiled: Mapping[int, TemplateExpression]

    @classmethod
    def parse(cls, text: str, environment: Environment) -> WhatsAppTemplate:
        """Read a template's file. Raises `WhatsAppError`; jinja's own errors for a wrong expression."""
        try:
            file = _File.model_validate(yaml.safe_load(text))
        except yaml.YAMLError as error:
            raise WhatsAppError(f"not valid YAML: {error}".replace("\n", " ")) from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise WhatsAppError(f"{place}: {first['msg']}") from None
        compiled = {
            number: environment.compile_expression(expression, undefined_to_none=False)
            for number, expression in sorted(file.variables.items())
        }
        return cls(_tidy(file.body), file.variables, compiled)

    def filled(self, names: Mapping[str, object]) -> tuple[str, dict[str, str]]:
        """The message and what fills the places. Raises `WhatsAppError` for a place that stays empty."""
        values = {number: _one_line(expression(**names)) for number, expression in self._compiled.items()}
        for number in self.places():
            if not values.get(number):
                raise WhatsAppError(f"nothing fills {{{{{number}}}}}, and WhatsApp takes no empty place")
        text = _PLACE.sub(lambda place: values[int(place[1])], self.body)
        return text, {str(number): value for number, value in values.items()}

    def places(self) -> list[int]:
        """The numbers of its places, in the order in which they stand."""
        return [int(place[1]) for place in _PLACE.finditer(self.body)]

    def faults(self) -> Iterator[str]:
        """What WhatsApp would refuse it for, each with what to do."""
        places, filled = set(self.places()), set(self.variables)
        if places != set(range(1, len(places) + 1)):
            yield f"its places are {_named(places)}: number them from {{{{1}}}} on, without a gap"
        if places - filled:
            yield f"no variable fills {_named(places - filled)}: add it under variables"
        if filled - places:
            yield f"{_named(filled - places)} stands nowhere in the body: take it out of variables"
        if _ANY_BRACES.search(_PLACE.sub("", self.body)):
            yield "the body has braces that are no place: a place is a number, as in {{1}}"
        bare = self.body.strip()
        if bare.startswith("{{"):
            yield "it begins with a place: put a word before it"
        if re.search(r"\}\}\W*$", bare):
            yield "it ends with a place: put a word after it"
        if _ADJACENT.search(bare):
            yield "two places stand side by side: put a word between them"
        if len(bare) > LONGEST:
            yield f"the body has {len(bare)} characters: shorten it to {LONGEST}"


def approved(creditor: Creditor, stem: str, language: str) -> str | None:
    """The id under which WhatsApp has approved this creditor's template in that language, if it has."""
    if creditor.whatsapp_from is None:
        return None
    return creditor.whatsapp_templates.get(stem, {}).get(language)


def _tidy(body: str) -> str:
    """Lines as they stand, without white space at their ends."""
    return "\n".join(_WHITE.sub(" ", line).strip() for line in body.strip().splitlines())


def _one_line(value: object) -> str:
    """What fills a place: WhatsApp takes no line breaks, tabs or rows of spaces there."""
    return " ".join(str(value).split())


def _named(numbers: Collection[int]) -> str:
    return ", ".join(f"{{{{{number}}}}}" for number in sorted(numbers))
