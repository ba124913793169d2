"""`python -m documents`: drafts of official documents as .docx."""

import sys

from documents.commands import main

sys.exit(main(sys.argv[1:]))
