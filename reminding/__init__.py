"""Reminders: who still owes what, told by e-mail and by the group robots of 企业微信 and 钉钉, and never twice."""
