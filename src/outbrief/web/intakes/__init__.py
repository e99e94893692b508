"""What has come in, and the upload of files."""
