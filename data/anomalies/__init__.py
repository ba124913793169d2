"""Figures that look wrong: what the detector says, and what people answered."""
