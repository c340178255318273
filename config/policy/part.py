"""What every part of the document has in common: nothing unknown in it, and never changed once it is read."""

from __future__ import annotations

from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T", bound=str)

Whole = Annotated[int, Field(strict=True)]
"""A whole number; YAML's `yes` and `"3"` are none."""

Flag = Annotated[bool, Field(strict=True)]
"""True or false; 1 and `"yes"` are neither."""


class Part(BaseModel):
    """A part of the policy document."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    def __copy__(self) -> Self:
        """A copy works out for itself what was worked out from the original: `model_copy` changes fields."""
        copied = super().__copy__()
        for name in self.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Misplaced(ValueError):
    """What is wrong stands deeper in the field that was checked: `at` is the way to it (indices and names)."""

    def __init__(self, message: str, *at: int | str) -> None:
        super().__init__(message)
        self.at = at


def _once(values: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(sorted(set(values)))


Several = Annotated[tuple[T, ...], AfterValidator(_once)]
"""Names of which the order does not matter. Kept sorted, so that the same content has the same version."""
