"""One submission cell by cell, with the rules, versions, flags and issues of a cell, as programs read it."""
