"""What a tenant decides about itself: keys, members, recipients, retention, time zone; and its audit log."""
