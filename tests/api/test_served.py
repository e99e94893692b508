"""The application as the web server runs it: many requests at once, each in a thread of its own."""

import json
import os
import subprocess
import sys

from tests.people import People

# In a process of its own, for loading the application changes how Django connects.
PROGRAM = """
import asyncio, json, sys
import httpx
from outbrief.conf.asgi import application
from django.db import connection

async def ask():
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client:
        headers = {"Authorization": "Bearer " + sys.argv[1]}
        asked = [client.get("/api/exports", headers=headers) for _ in range(150)]
        return [answer.status_code for answer in await asyncio.gather(*asked)]

statuses = asyncio.run(ask())
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())")
    role, connections = cursor.fetchone()
print(json.dumps({"statuses": sorted(set(statuses)), "role": role, "connections": connections}))
"""


def test_many_requests_at_once_share_few_connections_of_the_serving_role(people: People, database: str):
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, people.alice.key],
        env={**os.environ, "OUTBRIEF_DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    assert (found["statuses"], found["role"]) == ([200], "outbrief_app")
    # The pool's twenty, and this test's own.
    assert found["connections"] <= 25
