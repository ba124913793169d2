"""`python -m reminding`: what would go, what went, and sending it, for the office and for cron. Answers on stdout."""

import sys

from reminding.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
