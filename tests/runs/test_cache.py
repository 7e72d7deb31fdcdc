"""What is kept on disk to save time: bounded, whole or not at all, and nobody else's."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

import pytest

from batiksim.cli import main
from batiksim.errors import UsageError
from batiksim.runs import kept_pasts
from batiksim.runs.cache import VARIABLE, Cache


def test_it_is_bounded_and_keeps_what_is_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path, largest=350)
    for number, name in enumerate("abc"):
        cache.store(name, bytes(68))  # and 32 of the digest
        os.utime(tmp_path / name, (number, number))
    assert cache.load("a") == bytes(68)
    cache.store("d", bytes(68))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "c", "d"]
    cache.store("e", bytes(400))
    assert cache.load("e") is None


def test_a_folder_that_cannot_be_used_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "pasts")
    cache.store("a", b"content")
    assert not cache.usable and cache.load("a") is None


@pytest.mark.skipif(sys.platform == "win32", reason="folders of Windows say it in another way")
def test_pickles_are_not_read_where_others_may_write(tmp_path: Path) -> None:
    Cache(tmp_path / "pasts").store("a", b"content")
    (tmp_path / "pasts").chmod(0o777)
    assert Cache(tmp_path / "pasts").load("a") is None
    (tmp_path / "pasts").chmod(0o700)
    assert Cache(tmp_path / "pasts").load("a") == b"content"


def _store(folder: Path, content: bytes) -> None:
    cache = Cache(folder, largest=2_000_000)
    for _ in range(200):
        cache.store("same", content)
        assert cache.load("same") in (bytes(100_000), b"1" * 100_000)


def test_two_processes_may_use_it_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_store, args=(tmp_path, one * 100_000)) for one in (b"\0", b"1")]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]


def test_the_user_says_how_much_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    cache = Cache(tmp_path / "pasts")
    cache.store("small", bytes(1000))
    cache.store("large", bytes((1 << 20) + 1))
    assert cache.load("small") and cache.load("large") is None and 1000 < cache.size < 2000
    monkeypatch.setenv(VARIABLE, "0")
    none = Cache(tmp_path / "none")
    none.store("small", bytes(10))
    assert not none.usable and none.load("small") is None and not (tmp_path / "none").exists()
    for wrong in ("-1", "many", "1.5", "\u0663"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(UsageError, match=VARIABLE):
            Cache(tmp_path / "wrong")


def test_a_wrong_size_is_told_before_the_app_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv(VARIABLE, "many")
    monkeypatch.delenv(kept_pasts.VARIABLE)
    kept_pasts.usual.cache_clear()
    assert main(["app", "--no-browser"]) == 2
    assert VARIABLE in capsys.readouterr().err
