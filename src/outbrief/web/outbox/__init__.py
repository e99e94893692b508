"""The mails that are kept instead of sent, as their recipients see them."""
