"""The client's own page, `/r/{token}`: what is open as of now, how to pay it, and every answer that a client may give.

No login: the link is signed, runs out and opens nothing but this page. Whoever holds it may not be the client, so no
address of theirs is shown whole. A GET changes nothing; an answer is a form that is posted, with a signed state.
"""
