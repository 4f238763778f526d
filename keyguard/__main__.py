"""`python -m keyguard`."""

import os
import sys

# `-m` puts the current folder before everything else: a module that lies in the scanned tree would be imported.
if not getattr(sys.flags, "safe_path", False) and sys.path and sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109
    del sys.path[0]

from keyguard.cli import main

if __name__ == "__main__":
    sys.exit(main())
