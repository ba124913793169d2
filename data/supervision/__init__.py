"""Supervision: evidence, proposals, cases, waivers."""
