"""Tests of data/indicators."""
