"""Accounts, passwords, tokens, and the trail of who did what."""
