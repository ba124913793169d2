"""Zero reports and platform declarations."""
