"""Find, in a list of `sender recipient seconds`, which mails were answered within a day: IN OUT."""

import sys

import polars as pl

START, DAY = 1_064_966_400, 86_400  # the list counts from the first of October 2003
mails = pl.read_csv(sys.argv[1], separator=" ", has_header=False, new_columns=["sender", "recipient", "sent"])
mails = mails.with_columns(pl.col("sent") + START).sort("sent")
answers = mails.select(sender="recipient", recipient="sender", sent="sent", replied="sent")
pairs = {"on": "sent", "by": ["sender", "recipient"], "strategy": "forward", "check_sortedness": False}
mails.join_asof(answers, **pairs, tolerance=DAY, allow_exact_matches=False).write_csv(sys.argv[2])
