"""The platform's activity: its tables, and how it gets in."""
