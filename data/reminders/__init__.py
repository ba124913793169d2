"""Whom reminders reach, and what was sent."""
