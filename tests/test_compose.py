"""docker-compose.yml says what the code's settings say; no container is started for it."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import click
import pytest
import typer.main
from ruamel.yaml import YAML

import cli
from console.supervisor import SEARCH_ATTRIBUTES, children, temporal_program
from onething.catalog import load_catalog
from runtime.secret import TOKEN, WEBHOOK_SECRET
from runtime.settings import TREE, Settings, variable

STACK = YAML(typ="safe").load(TREE / "docker-compose.yml")
SERVICES = STACK["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("onething:")}
DOCKERFILE = (TREE / "Dockerfile").read_text(encoding="utf-8")
DEFAULTS = Settings.model_construct(
    **{
        name: field.get_default()
        for name, field in Settings.model_fields.items()
        if field.default_factory is None
    }
)
NAMES = {variable(name) for name in Settings.model_fields}
CHECK = re.compile(r"http://127\.0\.0\.1:(\d+)(/\S+)'")
SECONDS = re.compile(r"(\d+)s")


@pytest.fixture
def settings_of(monkeypatch):
    def load(service) -> Settings:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in service["environment"].items():
            monkeypatch.setenv(name, interpolated(value))
        return Settings()

    return load


def interpolated(text):
    """What compose makes of a value: `${NAME:-default}` unset, `$$` a dollar."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text).replace("$$", "$")


def typer_command(words):
    """Follow `words` down the command tree as the shell would; raises when the command does not exist."""
    command = typer.main.get_command(cli.app)
    context = click.Context(command, info_name="once")
    while hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, list(words))
        context = click.Context(command, info_name=name, parent=context)
    return command.make_context(command.name, list(words))


def mounted(service):
    """Where each secret lies under /run/secrets, and which it is."""
    short = [secret for secret in service.get("secrets", ()) if isinstance(secret, str)]
    long = [secret for secret in service.get("secrets", ()) if isinstance(secret, dict)]
    return dict(zip(short, short, strict=True)) | {secret["target"]: secret["source"] for secret in long}


def roles():
    commands = {name: service["command"] for name, service in OURS.items() if name.startswith("worker-")}
    assert all(words[:6] == ["python", "-P", "-m", "cli", "worker", "--role"] for words in commands.values())
    return {name: words[6] for name, words in commands.items()}


def test_every_command_of_ours_is_one_that_the_code_has():
    words = [service["command"] for service in OURS.values()]
    commands = [
        typer_command(argv[4:]).info_name for argv in words if argv[:4] == ["python", "-P", "-m", "cli"]
    ]
    assert sorted(set(commands)) == ["serve", "worker"]
    assert len(commands) == len(OURS) - 2  # the simulator and the migration, each looked at below


def test_there_is_one_worker_for_the_workflows_one_for_receipts_and_one_for_each_agency():
    agencies = load_catalog(TREE / "catalog").agencies
    assert sorted(roles().values()) == sorted(
        ["workflow", "receipt", *(f"agency:{name}" for name in agencies)]
    )
    assert all(
        name == "worker-" + role.removeprefix("agency:").replace("_", "-") for name, role in roles().items()
    )


def test_the_simulator_is_the_application_that_the_command_runs():
    command = OURS["simulator"]["command"]
    source = (TREE / "cli.py").read_text(encoding="utf-8")
    factory = next(word for word in command if ":" in word)
    assert f'"{factory}", None, "simulator_port"' in source
    assert command[command.index("--port") + 1] == str(DEFAULTS.simulator_port)


def test_the_migration_makes_the_tables(tmp_path):
    program = OURS["migrate"]["command"]
    home = tmp_path / "home"
    env = {**os.environ, "PYTHONPATH": str(TREE), "ONCE_HOME": str(home)}
    env.pop("ONCE_DATABASE_URL", None)
    subprocess.run([sys.executable, *program[1:]], env=env, check=True)
    with closing(sqlite3.connect(home / "once.db")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert {"alembic_version", "audit"} <= tables


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_is_a_setting_and_every_value_fits(name, settings_of):
    variables = {key for key in OURS[name]["environment"] if key.startswith(("ONCE_", "TEMPORAL_"))}
    assert variables <= NAMES
    settings = settings_of(OURS[name])
    if name != "simulator":
        assert settings.temporal_address == "temporal:7233"
        assert settings.database_url.startswith("postgresql+psycopg://once@postgres:5432/")


@pytest.mark.parametrize("name", sorted(OURS))
def test_everything_that_is_kept_is_on_a_named_volume(name, settings_of):
    service, settings = OURS[name], settings_of(OURS[name])
    mounts = dict(mount.split(":")[::-1] for mount in service["volumes"])
    assert set(mounts.values()) <= set(STACK["volumes"])
    for folder in (settings.home, settings.blobs_dir, settings.logs_dir, settings.keys_dir):
        assert any(folder.is_relative_to(mount) for mount in mounts), folder
        assert all(f" {mount}" in DOCKERFILE for mount in mounts)  # made in the image with the right owner


@pytest.mark.parametrize("name", sorted(set(OURS) - {"simulator"}))
def test_keys_are_kept_apart_from_what_they_open(name, settings_of):
    settings = settings_of(OURS[name])
    assert not settings.keys_dir.is_relative_to(settings.home)
    assert "once-keys:/var/lib/once-keys" in OURS[name]["volumes"]


def test_the_simulator_has_neither_our_keys_nor_our_database():
    simulator = OURS["simulator"]
    assert simulator["volumes"] == ["simulator:/var/lib/once"]
    assert simulator["networks"] == ["once"]
    assert set(mounted(simulator)) == {TOKEN, WEBHOOK_SECRET}


def test_the_postgres_data_is_on_a_named_volume():
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]


def test_the_listeners_are_where_the_settings_put_them(settings_of):
    settings = settings_of(OURS["api"])
    assert SERVICES["api"]["ports"] == [f"127.0.0.1:{settings.api_port}:{settings.api_port}"]
    assert SERVICES["temporal-ui"]["ports"] == [f"127.0.0.1:{settings.temporal_ui_port}:8080"]
    assert settings.simulator_url == f"http://simulator:{settings.simulator_port}"
    assert settings.public_url == f"http://127.0.0.1:{settings.api_port}"


def test_receipts_name_the_public_address_and_stand_ins_call_back_by_the_one_in_here(settings_of):
    for name, role in roles().items():
        inside = "http://api:8700" if role.startswith("agency:") else settings_of(OURS["api"]).public_url
        assert settings_of(OURS[name]).public_url == inside, name


def test_only_the_page_and_temporals_own_pages_are_published_and_only_on_loopback():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"api", "temporal-ui"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_health_is_asked_where_the_supervisor_asks_for_it(settings_of):
    probes = {child.name: child.probe for child in children(settings_of(OURS["api"]))}
    asked = {
        name: CHECK.search(service["healthcheck"]["test"][-1]).groups()
        for name, service in OURS.items()
        if name != "migrate"
    }
    for name, (port, path) in asked.items():
        probe = probes["worker" if name.startswith("worker-") else name]
        assert (int(port), path) == (probe.port, probe.path), name


def test_every_lasting_service_has_a_health_check_and_restarts():
    once_only = {"temporal-schema", "temporal-namespace", "migrate"}
    for name, service in SERVICES.items():
        expected = "on-failure:5" if name in once_only else "unless-stopped"
        assert service["restart"] == expected, name
        assert ("healthcheck" in service) == (name not in once_only), name


def test_each_service_waits_for_what_must_be_there_first():
    needs = {
        name: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    done, well = "service_completed_successfully", "service_healthy"
    assert needs["temporal-schema"] == {"postgres": well}
    assert needs["temporal"] == {"temporal-schema": done}
    assert needs["temporal-namespace"] == {"temporal": well}
    assert needs["temporal-ui"] == {"temporal-namespace": done}
    assert needs["migrate"] == {"postgres": well}
    for name in ("api", *roles()):
        assert needs[name] == {"migrate": done, "temporal-namespace": done}, name


def test_a_process_has_longer_to_stop_than_it_takes_to_finish():
    for name, service in OURS.items():
        assert int(SECONDS.fullmatch(service["stop_grace_period"])[1]) > DEFAULTS.shutdown_seconds, name


def test_secrets_are_files_and_no_password_stands_in_an_environment_or_an_address():
    for name, service in SERVICES.items():
        assert set(mounted(service).values()) <= set(STACK["secrets"]), name
        for key, value in service.get("environment", {}).items():
            assert "PASSWORD" not in key or value.startswith("/run/secrets/"), (name, key)
            assert not re.search(r"://[^/@]*:[^/@]*@", value), (name, key)
    assert STACK["secrets"] == {name: {"file": f"./.once/secrets/{name}"} for name in STACK["secrets"]}
    assert ".once/" in (TREE / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_each_secret_that_is_read_is_mounted_there():
    for name, service in SERVICES.items():
        scripts = [STACK["configs"][config["source"]]["content"] for config in service.get("configs", ())]
        words = [*service.get("entrypoint", ()), *service.get("environment", {}).values()]
        read = set(re.findall(r"/run/secrets/(\w+)", " ".join([*scripts, *words])))
        assert read == (set() if name in OURS else set(mounted(service))), name


@pytest.mark.parametrize("name", sorted(set(OURS) - {"simulator"}))
def test_secrets_of_ours_come_in_the_variables_that_the_code_and_libpq_read(name):
    assert mounted(OURS[name]) == {
        "PGPASSWORD": "once_db_password",
        TOKEN: "simulator_token",
        WEBHOOK_SECRET: "simulator_webhook_secret",
    }


def test_the_guide_makes_every_secret_that_is_needed():
    guide = (TREE / "docs" / "guides" / "run-in-production.md").read_text(encoding="utf-8")
    assert [name for name in STACK["secrets"] if name not in guide] == []


def test_every_network_and_config_is_declared_and_used():
    networks = {network for service in SERVICES.values() for network in service.get("networks", ())}
    configs = {config["source"] for service in SERVICES.values() for config in service.get("configs", ())}
    assert networks == set(STACK["networks"])
    assert configs == set(STACK["configs"])
    assert STACK["networks"]["state"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["state"]


def test_the_temporal_images_are_the_server_that_the_embedded_one_is():
    said = subprocess.run(
        [temporal_program(), "--version"], capture_output=True, text=True, check=True
    ).stdout
    server, pages = re.search(r"Server ([\d.]+), UI ([\d.]+)", said).groups()
    assert SERVICES["temporal"]["image"] == f"temporalio/server:{server}"
    for name in ("temporal-schema", "temporal-namespace"):
        assert SERVICES[name]["image"] == f"temporalio/admin-tools:{server}"
    assert SERVICES["temporal-ui"]["image"] == f"temporalio/ui:{pages}"


def test_the_namespace_keeps_cases_and_finds_them_as_the_embedded_one_does(settings_of):
    script = interpolated(STACK["configs"]["namespace"]["content"])
    settings = settings_of(OURS["api"])
    assert re.findall(r"--retention (\w+)", script) == [f"{settings.retention_days}d"] * 2
    assert re.search(r"for attribute in ([\w ]+);", script)[1].split() == list(SEARCH_ATTRIBUTES)
    assert SERVICES["temporal-namespace"]["environment"] == {
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "TEMPORAL_NAMESPACE": settings.temporal_namespace,
    }


@pytest.mark.parametrize("name", sorted(STACK["configs"]))
def test_the_shell_can_read_each_script(name):
    script = interpolated(STACK["configs"][name]["content"])
    if name == "dynamic":
        assert YAML(typ="safe").load(script) == {"limit.blobSize.warn": [{"value": 256 * 1024}]}
        return
    subprocess.run(["/bin/sh", "-n"], input=script, text=True, check=True)
