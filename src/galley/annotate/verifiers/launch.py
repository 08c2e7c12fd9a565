"""Runs one program under limits: `launch.py seconds megabytes program [argument …]`. Alone in its own process.

Limits are set here and not between fork and exec of the server, which has threads: code there may wait for a lock that
nobody holds any more.
"""

import os
import resource
import sys

_FILE_BYTES = 8 << 20


def main() -> None:
    """Set the limits, then become the program, with nothing in its environment."""
    seconds, megabytes, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    limits = {
        resource.RLIMIT_AS: megabytes << 20,
        resource.RLIMIT_CPU: seconds + 1,
        resource.RLIMIT_FSIZE: _FILE_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for kind, limit in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        # Processor time ends with a signal that says so, and a second later with one that cannot be caught.
        resource.setrlimit(kind, (max(most - 1, 1), most) if kind == resource.RLIMIT_CPU else (most, most))
    os.umask(0o077)
    os.execve(program[0], program, {})  # noqa: S606  # no shell: the operator's program


if __name__ == "__main__":
    main()
