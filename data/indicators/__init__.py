"""The catalogue's indicators, worked out from the returns that count."""
