"""Step 5: one immutable version per run, per role, shown by one atomic switch; and what readers are told.

`publication` puts a version together from `tables` (Parquet), `database` (`cairn.duckdb`) and `manifest`,
`versions` makes it atomic, `status` says what is served. Visibility is declared beside each mart and
enforced here, nowhere else. Whether a version deserves to be published is `pipelines.checks`' business.
"""

from pipelines.publish.access import check_groups
from pipelines.publish.manifest import read_manifest
from pipelines.publish.publication import Publication, publish, withdraw
from pipelines.publish.status import (
    PERFORMANCE_DATA_UNAVAILABLE,
    Failure,
    State,
    read_status,
    write_status,
)
from pipelines.publish.versions import published_version, require_link

__all__ = [
    "PERFORMANCE_DATA_UNAVAILABLE",
    "Failure",
    "Publication",
    "State",
    "check_groups",
    "publish",
    "published_version",
    "read_manifest",
    "read_status",
    "require_link",
    "withdraw",
    "write_status",
]
