"""Folds counters into Redis, without validation or guarantees: a typical quick hand-written version.

Arguments: port, files of events. The CPU time of reading the files is excluded.
"""

import json
import resource
import sys
import time
from itertools import islice

import orjson
from redis import Redis

BATCH = 10_000


def fold(store, lines):
    orders, counts, amounts, names, best = 0, {}, {}, {}, {}
    for line in lines:
        event = orjson.loads(line)
        orders += 1
        window = f"{event['created_at'][:16]}|{event['country']}"
        counts[window] = counts.get(window, 0) + 1
        amounts[window] = amounts.get(window, 0) + round(event["amount"] * 100)
        name = event["customer_name"]
        names[name] = names.get(name, 0) + 1
        best[name] = max(best.get(name, 0), event["amount"])
    pipe = store.pipeline(transaction=False)
    pipe.incrby("orders", orders)
    for table, values in (("counts", counts), ("amounts", amounts), ("names", names)):
        for key, value in values.items():
            pipe.hincrby(table, key, value)
    pipe.zadd("best", best, gt=True)
    pipe.execute()


def main(port, files):
    store = Redis(port=int(port))
    cpu = wall = events = 0
    for file in files:
        with open(file, "rb") as handle:
            while lines := list(islice(handle, BATCH)):
                cpu_before, before = time.process_time(), time.monotonic()
                fold(store, lines)
                cpu += time.process_time() - cpu_before
                wall += time.monotonic() - before
                events += len(lines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"events": events, "cpuSeconds": cpu, "wallSeconds": wall, "peakMegabytes": peak}))


main(sys.argv[1], sys.argv[2:])
