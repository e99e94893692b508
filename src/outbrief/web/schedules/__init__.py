"""Scheduled reports: the list, one schedule with its history, and the form with its live preview."""
