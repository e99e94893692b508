"""The `outbrief` command."""
