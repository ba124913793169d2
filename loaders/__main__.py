"""`python -m loaders`: blank workbooks out, filled ones in, and the made-up history. Answers on stdout."""

import sys

from loaders.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
