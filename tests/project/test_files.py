"""No file of the project knows the machine it was written on, or where packages come from."""

from __future__ import annotations

import re
import subprocess

from tests.project.sources import ROOT, tracked_files

# Put together here, so that this file doesn't name them either.
HOSTS = [
    f"{name}.{domain}"
    for name, domain in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pypi", "python.org"),
        ("registry.npmjs", "org"),
        ("proxy.golang", "org"),
        ("deb.debian", "org"),
    ]
]
OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links"]
PATHS = [re.escape("/" + name + "/") for name in ("work", "root")] + [re.escape(".." + "/shared")]


def lines_with(pattern: str) -> list[str]:
    found = []
    for path in tracked_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, 1) if re.search(pattern, line)
        ]
    return found


def test_no_file_names_a_package_index() -> None:
    assert lines_with("|".join(re.escape(host) for host in HOSTS)) == []


def test_no_lock_says_where_to_look() -> None:
    locks = lines_with(rf"(?<![\w-])({'|'.join(OPTIONS)})\b")

    assert [line for line in locks if line.startswith("requirements/")] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(rf"(?<![\w.\-}}\]])({'|'.join(PATHS)})") == []


def test_make_tells_every_target() -> None:
    help_text = subprocess.run(
        ["make", "--silent"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    phony = re.search(r"(?m)^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert phony

    assert set(re.findall(r"(?m)^  make (\w+)", help_text)) == set(phony[1].split())
    assert max(map(len, help_text.splitlines())) <= 120
