"""A telephone call: what is said in it, how it goes on after each key, and how Twilio is told.

`script` is a call in words, `phrases` what is the same in every call of a language, `dialogue` what follows from a key,
`twiml` the same for Twilio, `speech` how sums and numbers are said aloud.
"""
