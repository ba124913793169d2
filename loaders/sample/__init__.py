"""The made-up history."""
