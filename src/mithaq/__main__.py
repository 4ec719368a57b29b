"""``python -m mithaq``: the same as the command ``mithaq``."""

import sys

from mithaq.main.cli import main

if __name__ == "__main__":
    sys.exit(main())
