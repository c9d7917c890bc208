"""A plain consumer: librdkafka, orjson, pyarrow. It validates nothing, writes one Parquet file per batch and
hour, and then commits.

Arguments: brokers, topic, number of events, folder.
"""

import json
import os
import resource
import sys
import time
from datetime import datetime, timezone

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from confluent_kafka import Consumer

BATCH = 10_000
SCHEMA = pa.schema(
    [
        ("order_id", pa.string()),
        ("created_at", pa.string()),
        ("customer_id", pa.string()),
        ("customer_name", pa.string()),
        ("country", pa.string()),
        ("currency", pa.string()),
        ("amount", pa.float64()),
        ("quantity", pa.int32()),
        ("sequence", pa.int64()),
        ("score", pa.float64()),
        ("paid", pa.bool_()),
        ("note", pa.string()),
        ("user_agent", pa.string()),
        ("kafka_partition", pa.int32()),
        ("kafka_offset", pa.int64()),
    ]
)


def main(brokers, topic, events, folder):
    started = time.monotonic()
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": f"plain-{os.getpid()}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.queue.backoff.ms": 10,
        }
    )
    consumer.subscribe([topic])
    taken = files = 0
    while taken < int(events):
        messages = consumer.consume(BATCH, 5)
        hours = {}
        for message in messages:
            row = orjson.loads(message.value())
            row["kafka_partition"] = message.partition()
            row["kafka_offset"] = message.offset()
            hours.setdefault(message.timestamp()[1] // 3_600_000, []).append(row)
        for hour, rows in hours.items():
            at = datetime.fromtimestamp(hour * 3600, timezone.utc)
            path = f"{folder}/dt={at:%Y-%m-%d}/hour={at:%H}"
            os.makedirs(path, exist_ok=True)
            table = pa.Table.from_pylist(rows, schema=SCHEMA)
            pq.write_table(table, f"{path}/{files:06d}.parquet", compression="snappy")
            files += 1
        taken += len(messages)
        if messages:
            consumer.commit(asynchronous=False)
    consumer.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    report = {
        "events": taken,
        "cpuSeconds": used.ru_utime + used.ru_stime,
        "wallSeconds": time.monotonic() - started,
        "peakMegabytes": used.ru_maxrss / 1024,
        "objects": files,
    }
    print(json.dumps(report))


main(*sys.argv[1:])
