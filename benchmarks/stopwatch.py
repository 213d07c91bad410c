"""`python stopwatch.py COMMAND...` runs it, and ends with a line of its seconds and its peak memory in KiB.

A small process of its own: what the kernel says of a child's peak counts what its parent held when it was begun.
"""

import os
import sys
import time

begun = time.monotonic()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(time.monotonic() - begun, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
