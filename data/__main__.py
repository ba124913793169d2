"""`python -m data`: the store's questions and its care, for scripts, cron and tests."""

import sys

from data.commands import main

sys.exit(main(sys.argv[1:]))
