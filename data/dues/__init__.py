"""By when each report is due, for whom that was changed, who was in time, and how fresh the data is."""
