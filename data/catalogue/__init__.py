"""What is owed, under which template, by which calendar: the bureau's own reference data."""
