"""Outbrief: scheduled reports and data exports for e-mail outreach platforms."""
