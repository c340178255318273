"""What every part of the document has in common: nothing unknown in it, and never changed once it is read."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

T = TypeVar("T", bound=str)


class Part(BaseModel):
    """A part of the policy document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _once(values: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(sorted(set(values)))


Several = Annotated[tuple[T, ...], AfterValidator(_once)]
"""Names of which the order does not matter. Kept sorted, so that the same content has the same version."""
