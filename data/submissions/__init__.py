"""What was received, its versions, and their review."""
