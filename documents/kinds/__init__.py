"""One module per kind of document, and the facts that it states."""
