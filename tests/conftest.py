"""The fixtures of all tests: real servers, and the three people."""

pytest_plugins = ["tests.servers.postgres", "tests.servers.s3", "tests.servers.smtp", "tests.people"]
