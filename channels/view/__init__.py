"""A letter in the reader's own terms, before it is put into words."""

from channels.view.claims import ClaimLine, Claims
from channels.view.items import Group
from channels.view.letter import View, view_of
from channels.view.paying import Account, Link
from channels.view.tables import Row, Sum, Table
from channels.view.told import AnswerWords, DiscountWords, InstalmentWords, PromiseWords, ReturnWords
from channels.view.web import host_of, readable_on, web_url

__all__ = [
    "Account",
    "AnswerWords",
    "ClaimLine",
    "Claims",
    "DiscountWords",
    "Group",
    "InstalmentWords",
    "Link",
    "PromiseWords",
    "ReturnWords",
    "Row",
    "Sum",
    "Table",
    "View",
    "host_of",
    "readable_on",
    "view_of",
    "web_url",
]
