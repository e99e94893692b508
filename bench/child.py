"""One measurement in a fresh process: prepare, time, and print what it took as a line of JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module

from bench.measure import peak_of

# What a step gives: the function to time, which gives what else is to be told.
Timed = Callable[[], Mapping[str, float]]


def main(name: str, asked: str) -> None:
    """Run `module:function` of bench with what was asked."""
    _set_up()
    module, function = name.split(":")
    timed: Timed = getattr(import_module(f"bench.{module}"), function)(**json.loads(asked))
    before, started = _cpu(), time.perf_counter()
    told = timed()
    seconds = time.perf_counter() - started
    print(json.dumps({**told, "seconds": seconds, "cpu": _cpu() - before, "peak": peak_of("self")}))


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _set_up() -> None:
    import django

    from outbrief.conf import env

    env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
    django.setup()


if __name__ == "__main__":
    main(*sys.argv[1:])
