"""Bytes from batches and documents: data files, PDF, workbooks, charts and mail. Formats do not know each other."""
