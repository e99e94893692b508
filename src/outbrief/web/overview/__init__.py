"""The first page: how outreach is going, what was sent lately and what is due next."""
