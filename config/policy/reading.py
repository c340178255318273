"""Reading a policy file: what is wrong with it is said with file, line, field and a way out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from config.policy.document import Policy
from config.yaml_document import Flaws, read_yaml

SHIPPED = Path(__file__).parents[1] / "policies"


class PolicyError(ValueError):
    """A policy that can't be used. The text is one line: the first flaw, and how many more `flaws` holds."""

    def __init__(self, *flaws: str) -> None:
        more = f" (and {len(flaws) - 1} more; `amicable policy check` lists them)" if len(flaws) > 1 else ""
        super().__init__(flaws[0] + more)
        self.flaws: Sequence[str] = flaws
        """Everything that is wrong, a line each: `file:line: field: what is wrong and what to do`."""


def load_policy(path: Path) -> Policy:
    """Read a policy file. Raises `PolicyError` with file, line, field and a way out."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path}: can't be read ({error.strerror}); name an existing policy file") from None
    except UnicodeDecodeError:
        raise PolicyError(f"{path}: is no text in UTF-8; save it as such") from None
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str = "policy") -> Policy:
    """Read a policy from YAML text; `name` stands for the file in errors. Raises `PolicyError`."""
    try:
        return read_yaml(text, name, Policy, "policy")
    except Flaws as flaws:
        raise PolicyError(*flaws.lines) from None
