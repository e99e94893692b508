"""Report templates and branding."""
