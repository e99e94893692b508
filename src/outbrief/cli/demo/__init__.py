"""`outbrief demo`: sample data, and everything that runs, in one process group."""
