"""Settings: from the environment to one frozen model."""

import stat

import pytest
from pydantic import ValidationError

from runtime.settings import Settings, SettingsInvalid, load, variable


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv("ONCE_HOME", str(tmp_path / "一件事 home"))


def test_the_data_and_key_folders_are_for_their_owner_only():
    settings = load()
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.keys_dir.stat().st_mode) == 0o700


def test_what_is_not_given_follows_the_data_folder(tmp_path):
    settings = load()
    home = tmp_path / "一件事 home"
    assert settings.database_url == f"sqlite+aiosqlite:///{home}/once.db"
    assert (settings.blobs_dir, settings.logs_dir) == (home / "blobs", home / "logs")
    assert settings.fonts_dir == home / "fonts"


def test_one_port_moves_every_listener_and_the_addresses_with_them():
    settings = load(port=9000)
    assert settings.ports == {
        "api_port": 9000,
        "simulator_port": 9010,
        "worker_health_port": 9020,
        "temporal_port": 9033,
        "temporal_ui_port": 9034,
    }
    assert settings.public_url == "http://127.0.0.1:9000"
    assert settings.simulator_url == "http://127.0.0.1:9010"


def test_a_given_cluster_replaces_the_embedded_server(monkeypatch):
    assert load().temporal_target == "127.0.0.1:8733"
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    settings = load()
    assert settings.temporal_target == "temporal.example:7233"
    assert set(settings.ports) == {"api_port", "simulator_port", "worker_health_port"}


def test_a_child_loads_the_same_settings_from_the_environment(monkeypatch):
    settings = load(port=9100, region="360900", temporal_address="127.0.0.1:1", temporal_namespace="once")
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert load() == settings


def test_a_wrong_setting_is_named_and_its_value_is_not_shown(monkeypatch):
    monkeypatch.setenv("ONCE_API_PORT", "hunter2")
    monkeypatch.setenv("ONCE_REGION", "宜春")
    with pytest.raises(SettingsInvalid) as caught:
        load()
    assert [name for name, _ in caught.value.problems] == ["ONCE_REGION", "ONCE_API_PORT"]
    assert "hunter2" not in repr(caught.value.problems)


def test_settings_do_not_change_once_read():
    settings = load()
    with pytest.raises(ValidationError, match="frozen"):
        settings.api_port = 1


def test_every_setting_is_explained():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


OIDC = {
    "ONCE_IDENTITY": "oidc",
    "ONCE_OIDC_ISSUER": "https://id.example",
    "ONCE_OIDC_CLIENT_ID": "once",
    "ONCE_OIDC_CLIENT_SECRET": "hush-hush",
}


def test_a_provider_that_is_set_up_is_offered_and_its_secret_is_not_shown(monkeypatch):
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert (settings.identity_providers, settings.development_login) == (("oidc",), False)
    assert "hush-hush" not in repr(settings)


@pytest.mark.parametrize("missing", sorted(set(OIDC) - {"ONCE_IDENTITY"}))
def test_a_provider_that_is_not_set_up_stops_the_start(monkeypatch, missing):
    for name, value in OIDC.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as told:
        load()
    assert [(name, missing in why) for name, why in told.value.problems] == [("ONCE_IDENTITY", True)]


@pytest.mark.parametrize(
    ("public_url", "there"),
    [
        ("http://127.0.0.1:8700", True),
        ("http://127.8.0.1", True),
        ("http://localhost:8700/once", True),
        ("http://[::1]:8700", True),
        ("https://once.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost.example", False),
        ("http://127.0.0.1@once.example", False),
        ("http://192.168.1.7:8700", False),
    ],
)
def test_the_development_login_is_there_only_where_the_public_address_is_this_machine(
    monkeypatch, public_url, there
):
    monkeypatch.setenv("ONCE_PUBLIC_URL", public_url)
    for identity in ("development", "oidc,development"):
        for name, value in (OIDC | {"ONCE_IDENTITY": identity}).items():
            monkeypatch.setenv(name, value)
        assert load().development_login is there


@pytest.mark.parametrize("identity", ["facebook", "oidc,facebook"])
def test_a_provider_that_does_not_exist_stops_the_start(monkeypatch, identity):
    for name, value in (OIDC | {"ONCE_IDENTITY": identity}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid):
        load()


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://127.0.0.1", "http://127.0.0.1.evil.example"])
def test_a_secret_is_sent_encrypted_or_not_at_all(monkeypatch, issuer):
    monkeypatch.setenv("ONCE_OIDC_ISSUER", issuer)
    with pytest.raises(SettingsInvalid):
        load()
