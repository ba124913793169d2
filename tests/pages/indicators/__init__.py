"""Tests of pages/indicators."""
