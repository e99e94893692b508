"""The migrations say all that the models say."""

from django.core.management import call_command


def test_no_model_has_changed_without_a_migration(database: str):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
