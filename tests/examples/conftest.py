"""The example book, played twice at the same time into folders of their own; every test reads the same two ledgers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.played import Played, begin


@pytest.fixture(scope="package")
def plays(tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, Played]:
    folders: list[Path] = [tmp_path_factory.mktemp("play") for _ in range(2)]
    processes = [begin(folder) for folder in folders]
    played = []
    for folder, process in zip(folders, processes, strict=True):
        output, errors = process.communicate(timeout=240)
        played.append(Played(folder, process.returncode, output + errors))
        assert process.returncode == 0, errors
    return played[0].read(), played[1].read()


@pytest.fixture(scope="package")
def played(plays: tuple[Played, Played]) -> Played:
    return plays[0]
