"""The month's report as one HTML file that reads on a phone, prints well, and needs nothing beside it."""
