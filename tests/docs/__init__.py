"""Tests of the documentation: what it says is held against the code."""
