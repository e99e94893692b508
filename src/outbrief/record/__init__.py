"""Tables of ours and their legal state changes."""
