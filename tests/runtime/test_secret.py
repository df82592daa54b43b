"""The secrets shared with the stand-in agencies: made once, kept private, and the environment wins."""

import stat
from concurrent.futures import ThreadPoolExecutor

from runtime.secret import TOKEN, WEBHOOK_SECRET, stand_in_secrets


def test_secrets_are_made_once_and_kept_private(tmp_path):
    made = stand_in_secrets(tmp_path / "keys")
    assert stand_in_secrets(tmp_path / "keys") == made
    assert set(made) == {TOKEN, WEBHOOK_SECRET}
    assert made[WEBHOOK_SECRET].startswith("whsec_")
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(stand_in_secrets, [tmp_path / "keys"] * 16))
    assert all(one == made[0] for one in made)
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_two_installations_have_secrets_of_their_own(tmp_path):
    assert stand_in_secrets(tmp_path / "a") != stand_in_secrets(tmp_path / "b")


def test_the_environment_wins_and_then_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv(TOKEN, "given")
    monkeypatch.setenv(WEBHOOK_SECRET, "whsec_Z2l2ZW4=")
    assert stand_in_secrets(tmp_path / "keys") == {TOKEN: "given", WEBHOOK_SECRET: "whsec_Z2l2ZW4="}
    assert not (tmp_path / "keys").exists()


def test_one_given_secret_leaves_the_other_made(tmp_path, monkeypatch):
    monkeypatch.setenv(TOKEN, "given")
    found = stand_in_secrets(tmp_path / "keys")
    assert found[TOKEN] == "given"
    assert found[WEBHOOK_SECRET].startswith("whsec_")
