"""The database server of a run, and the databases on it."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.data import VERSION, Made
from bench.measure import Place
from outbrief.conf import embedded, env

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Base:
    """A database that is there: its address, and its one tenant with activity."""

    url: str
    tenant_id: str


class Server:
    """The embedded server of a home, started here and stopped when this process ends."""

    def __init__(self, home: Path, say: Say) -> None:
        self.home = home
        # Of the files that are written while measuring.
        self.folder = home / "files"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.url = embedded.start(home)
        self._say = say

    def place(self, url: str) -> Place:
        """Give where measurements run on the database at `url`."""
        return Place(home=self.home, environment=self.environment(url), folder=self.folder)

    def environment(self, url: str, **more: str) -> dict[str, str]:
        """Give the environment of processes that use the database at `url`."""
        given = env.child_environment(OUTBRIEF_HOME=str(self.home / "app"), OUTBRIEF_DATABASE_URL=url, **more)
        # Installed packages are compiled once and not at every start; where they are not, it is done here.
        given.pop("PYTHONDONTWRITEBYTECODE", None)
        return {**given, "PYTHONPYCACHEPREFIX": str(self.home / "compiled"), "PYTHONWARNINGS": "ignore"}

    def base(self, made: Made) -> Base:
        """Give the database `made`, building it unless an earlier run on this home has."""
        kept = self.home / f"{made.name}.json"
        wanted = {"version": VERSION, **vars(made)}
        if kept.exists():
            known = json.loads(kept.read_text())
            if known.pop("tenant_id") and known == wanted:
                return self._known(made.name)
        self._say(f"{made.name}: building")
        kept.unlink(missing_ok=True)
        self.drop(made.name)
        self._execute(f'CREATE DATABASE "{made.name}"')
        self._build(made, kept, wanted)
        return self._known(made.name)

    def _build(self, made: Made, kept: Path, wanted: dict[str, object]) -> None:
        took = self.place(self.at(made.name)).step(
            "server:built", {"url": self.at(made.name), "made": vars(made)}, loud=True
        )
        with psycopg.connect(self.at(made.name)) as connection:
            found = connection.execute("SELECT id FROM tenants").fetchone()
        assert found is not None
        kept.write_text(json.dumps({**wanted, "tenant_id": str(found[0])}))
        self._say(f"{made.name}: built in {took.seconds:.0f} s")

    def _known(self, name: str) -> Base:
        return Base(url=self.at(name), tenant_id=json.loads((self.home / f"{name}.json").read_text())["tenant_id"])

    @contextmanager
    def copy(self, base: Base) -> Iterator[Base]:
        """Make a copy of a database that may be changed, and drop it afterwards."""
        name = "copied"
        self.drop(name)
        self._execute(f'CREATE DATABASE {name} TEMPLATE "{urlsplit(base.url).path.lstrip("/")}" STRATEGY FILE_COPY')
        try:
            yield Base(url=self.at(name), tenant_id=base.tenant_id)
        finally:
            self.drop(name)

    def at(self, name: str) -> str:
        """Give the address of a database."""
        parts = urlsplit(self.url)
        return parts._replace(path=f"/{name}").geturl()

    def drop(self, name: str) -> None:
        """Drop a database, if it is there."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def version(self) -> str:
        """Tell the server's version."""
        with psycopg.connect(self.url) as connection:
            return str(connection.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql)


def built(url: str, made: dict[str, object]) -> Callable[[], dict[str, float]]:
    """Migrate and fill a new database; a step of bench.child."""
    from bench.data import build
    from outbrief.record import schema

    def timed() -> dict[str, float]:
        schema.migrate()
        build(url, Made(**made), say=lambda line: print("  " + line, file=sys.stderr))  # type: ignore[arg-type]
        return {}

    return timed
