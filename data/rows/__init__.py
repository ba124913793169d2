"""What was delivered: the accepted rows of a template, their totals, and one column laid out by unit, period or key."""
