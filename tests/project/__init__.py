"""Tests of the project itself: what it declares, ships and imports."""
