"""How one number of the published version came about: its formula with its values, and the landing lines behind it.

`table` has the words in which an explained table is stated; `internships`, `performance`, `progress` and `records`
state them. `queries/<table>/` reads terms, parts and signals from what the last run left in the warehouse, and asks
again which signals count; the arithmetic that is shown is worked out and held against the row. `source` sees to it
that the warehouse is that of the published version, `places` turns signals into lines of files, `text` shows it all to
people. Nothing here writes.

A line is behind a number when the row would be another without it, or when it is one of several that say the same (two
clock-ins on one day): what adds to it, and what takes something back that would (a cancellation). What was superseded,
taken back or is not known yet is not behind it. Nor are the lines that make another row what it is, on which this one
depends: who else is in the team, a task's submission in an earlier week, the step that locks this one. Those rows can
be explained themselves.
"""

from pipelines.explain.derivation import explain
from pipelines.explain.explanation import Explanation
from pipelines.explain.text import text

__all__ = ["Explanation", "explain", "text"]
