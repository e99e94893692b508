"""Runs of reports: the history, and the page of each."""
