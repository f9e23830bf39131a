"""`python -m assignee`."""

import sys

from assignee.cli import main

if __name__ == "__main__":
    sys.exit(main())
