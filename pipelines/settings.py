"""Where a run reads and writes, and how much of the machine it may use: one typed object, from env and flags."""

import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipelines.errors import CairnError

KEY_BYTES = 32


def _memory_bytes(root: Path = Path("/")) -> int:
    """The memory this process may use: the least limit of the control groups it lies in, or else the machine's."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_control_group_limits(root)])


def _control_group_limits(root: Path) -> Iterator[int]:
    """In bytes, of either version of control groups; a group is bound by those around it too."""
    groups = root / "proc" / "self" / "cgroup"
    for line in groups.read_text().splitlines() if groups.is_file() else ():
        _, controllers, group = line.split(":", 2)
        folder, name = root / "sys" / "fs" / "cgroup", "memory.max"
        if "memory" in controllers.split(","):
            folder, name = folder / "memory", "memory.limit_in_bytes"
        elif controllers:
            continue
        inner = PurePosixPath(group.lstrip("/"))
        for place in (inner, *inner.parents):
            limit = folder / place / name
            text = limit.read_text().strip() if limit.is_file() else ""
            if text.isdecimal():
                yield int(text)


def _default_memory_limit() -> str:
    return f"{_memory_bytes() * 6 // 10 // 2**20}MiB"


def _processors() -> int:
    """Those that this process may use, where the system says which."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """All settings; each can be given in the environment as `CAIRN_<NAME>`, such as `CAIRN_DATA`, unless empty."""

    model_config = SettingsConfigDict(env_prefix="CAIRN_", env_ignore_empty=True, frozen=True)

    data: Path = Field(default=Path("data"), description="The data root.")
    keep_versions: int = Field(default=7, ge=1, description="Published versions to keep.")
    memory_limit: str = Field(
        default_factory=_default_memory_limit,
        pattern=r"(?i)^[0-9]+(\.[0-9]+)? ?([MGT]i?B|%)$",
        description="DuckDB's memory limit, such as 4GiB.",
    )
    threads: int = Field(default_factory=_processors, ge=1, le=256, description="DuckDB's threads.")
    merge_segments: int = Field(
        default=8, ge=2, description="Neighbouring segments that become one file of the ledger."
    )
    pseudonym_key: SecretStr | None = Field(
        default=None,
        min_length=KEY_BYTES,
        description=f"The key of the hashes that stand for ids, of {KEY_BYTES} bytes or more; else one is made.",
    )
    role_groups: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description="The operating system's group of each role's published files, as a JSON object.",
    )

    @field_validator("role_groups", mode="before")
    @classmethod
    def _from_json(cls, given: Any) -> Any:
        return json.loads(given) if isinstance(given, str) else given

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

    @property
    def current(self) -> Path:
        """The version that readers see: a link, switched as the last thing that a run does."""
        return self.published / "current"


def read_settings(data: Path | None = None) -> Settings:
    """The settings of a data root, else of `CAIRN_DATA`; raises `CairnError` where the environment holds no such."""
    try:
        return Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        raise CairnError(
            f"{'; '.join(_faults(error))}; nothing was begun; correct what is set in the environment."
        ) from None


def _faults(error: ValidationError) -> Iterator[str]:
    """What is wrong with each variable; never its value, which may be a secret."""
    for fault in error.errors(include_input=False, include_url=False):
        name = str(fault["loc"][0])
        what = (Settings.model_fields[name].description or "").rstrip(".")
        yield f"CAIRN_{name.upper()} cannot be used ({what}): {fault['msg']}"
