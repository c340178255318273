"""The list of nevers, asked of whole lives.

`lives` makes up what happens to a client, `player` lives it through decision and last gate, and every `never_*` asks
what went out of a book of its own (`facts`, `sums`, `places`): none of them asks the code under test for the truth.
"""
