"""Puts files of events onto a topic, one file per kafka partition. Arguments: brokers, topic, files."""

import sys

from confluent_kafka import Producer

brokers, topic, *files = sys.argv[1:]
producer = Producer({"bootstrap.servers": brokers, "linger.ms": 20, "batch.size": 262_144})
for partition, file in enumerate(files):
    with open(file, "rb") as lines:
        for line in lines:
            while True:
                try:
                    producer.produce(topic, line.rstrip(b"\n"), partition=partition)
                    break
                except BufferError:
                    producer.poll(0.1)
        producer.poll(0)
producer.flush()
