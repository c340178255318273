"""What to do: the pure core.

A client's snapshot, a policy and an instant go in; a decision with its reasons comes out. No I/O, no clock, no
framework: everything here can be tested with plain values.
"""
