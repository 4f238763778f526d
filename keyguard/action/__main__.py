"""The steps by name.

python -m keyguard.action        the scan of a job
python -m keyguard.action lock   where the file is that pins keyguard's packages; it needs none of them
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    if sys.argv[1:] == ["lock"]:
        print(Path(__file__).with_name("requirements.txt"))
        sys.exit()
    from keyguard.action.run import main

    sys.exit(main())
