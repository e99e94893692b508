"""What signed links open without signing in: files, and the way out of more mails."""
