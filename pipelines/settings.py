"""Where a run reads and writes, and how much of the machine it may use: one typed object, from env and flags."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _container_memory_bytes() -> int:
    """The memory this process may use: the control group's limit, or else the machine's."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/") / "sys" / "fs" / "cgroup" / "memory.max"
    text = limit.read_text().strip() if limit.is_file() else "max"
    return physical if text == "max" else min(physical, int(text))


def _default_memory_limit() -> str:
    return f"{_container_memory_bytes() * 6 // 10 // 2**20}MiB"


class Settings(BaseSettings):
    """All settings; each can be given in the environment as `CAIRN_<NAME>`, such as `CAIRN_DATA`."""

    model_config = SettingsConfigDict(env_prefix="CAIRN_", frozen=True)

    data: Path = Field(default=Path("data"), description="The data root.")
    keep_versions: int = Field(default=7, ge=1, description="Published versions to keep.")
    memory_limit: str = Field(
        default_factory=_default_memory_limit,
        pattern=r"(?i)^[0-9]+(\.[0-9]+)? ?([MGT]i?B|%)$",
        description="DuckDB's memory limit, such as 4GiB.",
    )
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    merge_segments: int = Field(
        default=8, ge=2, description="Neighbouring segments that become one file of the ledger."
    )
    pseudonym_key: SecretStr | None = Field(
        default=None,
        description="The key of the hashes that stand for ids; else one is made and kept.",
    )
    role_groups: dict[str, str] = Field(
        default_factory=dict,
        description="The operating system's group of each role's published files.",
    )

    @property
    def landing(self) -> Path:
        """Files as the sources dropped them; read, never touched."""
        return self.data / "landing"

    @property
    def landing_index(self) -> Path:
        """What landing files hashed to; it can be thrown away at any time."""
        return self.data / "landing-index.json"

    @property
    def ledger(self) -> Path:
        """Segments and the hash chain."""
        return self.data / "ledger"

    @property
    def keys(self) -> Path:
        """The keys that open what is personal in the ledger and in quarantine; never published."""
        return self.data / "keys.jsonl"

    @property
    def pseudonym_key_file(self) -> Path:
        """The key of the hashes that stand for ids, unless one is given; never published."""
        return self.data / "pseudonym.key"

    @property
    def quarantine(self) -> Path:
        """Rejected rows, whole, with their reasons."""
        return self.data / "quarantine"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file of a run: derived and disposable."""
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Versions, `current` and `status.json`."""
        return self.data / "published"
