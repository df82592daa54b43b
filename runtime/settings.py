"""The settings of one installation: in go environment variables, out comes one frozen, checked `Settings`."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from onething.errors import OneThingError

TREE = Path(__file__).resolve().parent.parent
"""The folder of the checkout: where `once` stands."""

PREFIX = "ONCE_"

Port = Annotated[int, Field(ge=1, le=65535)]

PORT_OFFSETS = {
    "api_port": 0,
    "simulator_port": 10,
    "worker_health_port": 20,
    "temporal_port": 33,
    "temporal_ui_port": 34,
}
"""Where `--port N` puts each listener: N plus this."""


_SAFE_URL = r"^(https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?)(/[^\s]*)?$"
"""An address to which secrets may be sent: encrypted, or on this machine."""

_NEEDED: dict[str, tuple[str, ...]] = {
    "oidc": ("oidc_issuer", "oidc_client_id", "oidc_client_secret"),
    "wechat": ("wechat_app_id", "wechat_app_secret"),
    "provincial": (
        "provincial_issuer",
        "provincial_login_url",
        "provincial_keys_url",
        "provincial_audience",
    ),
}
"""By the name of an identity provider, the settings without which it cannot be offered."""


class SettingsInvalid(OneThingError):
    """A setting does not fit: `problems` pairs each environment variable with the reason, never its value."""

    code = "settings_invalid"

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        """Keep which variable is wrong and why."""
        self.problems = problems
        super().__init__(problems=problems)


class Settings(BaseSettings):
    """Everything that may differ between two installations; each field is the variable ONCE_<NAME>.

    Only Temporal's own two go by the names that its tools use: TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, populate_by_name=True, env_ignore_empty=True, extra="forbid"
    )

    home: Path = Field(
        default=TREE / ".once" / "data",
        description="Data folder, 0700: databases, blobs, keys, logs. Back up this one.",
    )
    database_url: str = Field(
        default_factory=lambda known: f"sqlite+aiosqlite:///{known['home'] / 'once.db'}",
        description="Case records, an SQLAlchemy address: SQLite in the data folder, or postgresql+psycopg://…",
    )
    keys_dir: Path = Field(
        default_factory=lambda known: known["home"] / "keys",
        description="Key ring and the receipt-signing key, files 0600 in a folder 0700.",
    )
    blobs_dir: Path = Field(
        default_factory=lambda known: known["home"] / "blobs",
        description="Encrypted answers, uploaded materials and receipts by content hash.",
    )
    logs_dir: Path = Field(
        default_factory=lambda known: known["home"] / "logs",
        description="One log for each supervised process.",
    )
    fonts_dir: Path = Field(
        default_factory=lambda: Path(os.environ.get("ONCE_HOME") or TREE / ".once") / "fonts",
        description="The Chinese font's subsets, built once at set-up.",
    )
    catalog_dir: Path = Field(
        default=TREE / "catalog", description="Life events, agencies, words and calendars, as data."
    )
    region: str | None = Field(
        default=None,
        pattern=r"^[0-9]{6}$",
        description="Administrative division (GB/T 2260) whose local rules apply; none: the national ones.",
    )

    host: str = Field(
        default="127.0.0.1",
        description="Address that the API listens on. Without an identity provider only loopback is safe.",
    )
    api_port: Port = Field(default=8700, description="Pages and API.")
    simulator_port: Port = Field(default=8710, description="Stand-in agencies.")
    worker_health_port: Port = Field(default=8720, description="The worker's GET /healthz, loopback only.")
    temporal_port: Port = Field(default=8733, description="Embedded Temporal server, gRPC.")
    temporal_ui_port: Port = Field(default=8734, description="Embedded Temporal server, its pages.")

    temporal_address: str | None = Field(
        default=None,
        validation_alias=AliasChoices("TEMPORAL_ADDRESS", "temporal_address"),
        description="host:port of a Temporal cluster; none: the embedded server.",
    )
    temporal_namespace: str = Field(
        default="default",
        validation_alias=AliasChoices("TEMPORAL_NAMESPACE", "temporal_namespace"),
        description="Temporal namespace of the cases.",
    )
    retention_days: int = Field(
        default=30, ge=1, description="Days that Temporal keeps a closed case's history; not the archive."
    )

    public_url: str = Field(
        default_factory=lambda known: f"http://127.0.0.1:{known['api_port']}",
        pattern=r"^https?://[^/]+(/.*[^/])?$",
        description="Address that people and agencies reach us by; stands in QR codes and callbacks.",
    )
    simulator_url: str = Field(
        default_factory=lambda known: f"http://127.0.0.1:{known['simulator_port']}",
        pattern=r"^https?://[^/]+(/.*[^/])?$",
        description="Address of the stand-in agencies.",
    )
    notify_secret: str | None = Field(
        default=None,
        repr=False,
        pattern=r"^whsec_[A-Za-z0-9+/]{32,}={0,2}$",
        description="Signs what is posted there (Standard Webhooks): whsec_ and base64.",
    )
    notify_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+(/\S*)?$",
        description="Where notices to applicants and agencies are posted; none: the window tells them.",
    )
    trusted_proxy: str | None = Field(
        default=None,
        pattern=r"^[0-9a-fA-F.:]+(,[0-9a-fA-F.:]+)*$",
        description="Proxies whose X-Forwarded-For is believed, when tries at signing in are counted.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        pattern=_SAFE_URL,
        description="Issuer of the OpenID provider by which staff sign in; https, or http on this machine.",
    )
    oidc_client_id: str | None = Field(default=None, description="Our name at the OpenID provider.")
    oidc_client_secret: str | None = Field(
        default=None, repr=False, description="Our secret at the OpenID provider."
    )
    oidc_administrator: str | None = Field(
        default=None,
        description="The first administrator, as the OpenID provider names them: opens every other account.",
    )
    wechat_app_id: str | None = Field(default=None, description="The mini-program's AppID.")
    wechat_app_secret: str | None = Field(
        default=None, repr=False, description="The mini-program's AppSecret; it never leaves the server."
    )
    wechat_url: str = Field(
        default="https://api.weixin.qq.com",
        pattern=_SAFE_URL,
        description="WeChat's server, or a stand-in for it.",
    )
    provincial_issuer: str | None = Field(
        default=None, description="The `iss` of the tickets of the province's identity portal."
    )
    provincial_login_url: str | None = Field(
        default=None, pattern=_SAFE_URL, description="Where the province's portal signs a browser in."
    )
    provincial_keys_url: str | None = Field(
        default=None, pattern=_SAFE_URL, description="The portal's public keys, a JSON Web Key Set."
    )
    provincial_audience: str | None = Field(
        default=None, description="The `aud` of the portal's tickets that are meant for this installation."
    )
    identity: str = Field(
        default="development",
        pattern=r"^[a-z]+(,[a-z]+)*$",
        description="Who proves who somebody is, in this order: development, oidc, wechat, provincial.",
    )
    clamd: str | None = Field(
        default=None,
        pattern=r"^(unix:/\S+|\[?[A-Za-z0-9.:-]+\]?:[0-9]{1,5})$",
        description="Virus scanner for uploads (clamd): unix:/path/of/socket or host:port; none: no scan.",
    )
    desks: str = Field(
        default="",
        pattern=r"^(\*|[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*)?$",
        description="Agencies worked at a desk here, whatever the catalog says of their systems; * for all.",
    )
    shutdown_seconds: int = Field(
        default=30, ge=1, description="Seconds that a process has to finish what it holds when asked to stop."
    )

    @field_validator("notify_url")
    @classmethod
    def _is_signed(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is not None and info.data.get("notify_secret") is None:
            msg = "goes with ONCE_NOTIFY_SECRET: what is posted is signed"
            raise ValueError(msg)
        return url

    @field_validator("identity")
    @classmethod
    def _is_set_up(cls, identity: str, info: ValidationInfo) -> str:
        for provider in identity.split(","):
            missing = [name for name in _NEEDED.get(provider, ()) if info.data.get(name) is None]
            if missing or provider not in {"development", *_NEEDED}:
                named = " and ".join(map(variable, missing)) or "to be one of those that exist"
                msg = f"{provider} needs {named}"
                raise ValueError(msg)
        return identity

    @property
    def identity_providers(self) -> tuple[str, ...]:
        """The identity providers that are offered, in order."""
        return tuple(self.identity.split(","))

    @property
    def desk_agencies(self) -> tuple[str, ...]:
        """The agencies that are worked at a desk by this installation's choice."""
        return tuple(name for name in self.desks.split(",") if name)

    @property
    def development_login(self) -> bool:
        """Whether whoever is on this machine may be anybody.

        Never where the public reaches us by another name: a proxy on this machine makes everybody local.
        """
        return "development" in self.identity_providers and self.loopback

    @property
    def loopback(self) -> bool:
        """Whether the public address is one of this machine alone."""
        host = urlsplit(self.public_url).hostname or ""
        if host == "localhost":
            return True
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def temporal_target(self) -> str:
        """`host:port` that a client connects to: the given cluster, else the embedded server."""
        return self.temporal_address or f"127.0.0.1:{self.temporal_port}"

    @property
    def ports(self) -> dict[str, int]:
        """Every port listened on, by the name of its setting; Temporal's only when it is embedded."""
        skipped = {"temporal_port", "temporal_ui_port"} if self.temporal_address else set()
        return {name: getattr(self, name) for name in PORT_OFFSETS if name not in skipped}

    def environment(self) -> dict[str, str]:
        """Give the variables from which a child process loads these same settings, unset ones left out."""
        named = {variable(name): getattr(self, name) for name in Settings.model_fields}
        return {name: str(value) for name, value in named.items() if value is not None}


def load(*, port: int | None = None, **given: Any) -> Settings:
    """Read the environment and make the data folder (0700).

    `port` moves all listeners together (see PORT_OFFSETS); `given` fields win over both.
    Raises SettingsInvalid, naming the variables.
    """
    shifted = {} if port is None else {name: port + offset for name, offset in PORT_OFFSETS.items()}
    try:
        settings = Settings(**{**shifted, **given})
    except ValidationError as error:
        raise SettingsInvalid(_problems(error)) from None
    for folder in (settings.home, settings.keys_dir):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings


def variable(name: str) -> str:
    """Name the environment variable of the field `name`."""
    return name.upper() if name.startswith("temporal_") and "port" not in name else PREFIX + name.upper()


def _problems(error: ValidationError) -> tuple[tuple[str, str], ...]:
    found = error.errors(include_input=False, include_url=False)
    # A default computed from a wrong field is that field's fault, not a finding of its own.
    own = [finding for finding in found if finding["type"] != "default_factory_not_called"]
    return tuple((_spelt(finding["loc"]), finding["msg"]) for finding in own)


def _spelt(place: tuple[int | str, ...]) -> str:
    name = str(place[0]) if place else "settings"
    return name if name.isupper() else variable(name)
