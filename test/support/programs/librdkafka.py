"""Produces and reads with librdkafka, as an external program would.

Reads steps from standard input, one JSON array per line, and runs them in order:

  ["producer", name, settings]             opens a producer; a "transactional.id" begins its first transaction
  ["send", name, topic, partition, value]  also ["send", …, value, timestamp in milliseconds]
  ["commit", name] ["abort", name]         ends the producer's transaction; the next send begins another
  ["flush", name]
  ["read", settings, topic]                prints [partition, offset, value] of every record that a reader can see now

Open transactions stay open at the end: the process exits without notifying the broker.
"""

import json
import os
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition

producers = {}
in_transaction = set()


def failed(error, message):
    if error is not None:
        raise SystemExit(f"not delivered: {error}")


def open_producer(name, settings):
    producers[name] = Producer({"linger.ms": 0, **settings})
    if "transactional.id" in settings:
        producers[name].init_transactions(30)


def begin(name):
    try:
        producers[name].begin_transaction()
        in_transaction.add(name)
    except Exception as error:
        raise SystemExit(f"{name}: no transaction: {error}")


def send(name, topic, partition, value, timestamp=0):
    producers[name].produce(topic, value=value, partition=partition, timestamp=timestamp, on_delivery=failed)


def end(name, how):
    producers[name].flush(30)
    getattr(producers[name], how)(30)
    in_transaction.discard(name)


def read(settings, topic):
    consumer = Consumer({"group.id": "reader", "enable.partition.eof": True, "enable.auto.commit": False, **settings})
    partitions = list(consumer.list_topics(topic, 30).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, one, OFFSET_BEGINNING) for one in partitions])
    found, ended = [], set()
    while len(ended) < len(partitions):
        message = consumer.poll(30)
        if message is None:
            raise SystemExit("no end of the topic within 30 s")
        if message.error() is None:
            found.append([message.partition(), message.offset(), message.value().decode()])
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            raise SystemExit(str(message.error()))
    print(json.dumps(sorted(found)), flush=True)
    consumer.close()


transactional = set()
for line in sys.stdin:
    step, *arguments = json.loads(line)
    if step == "producer":
        open_producer(*arguments)
        if "transactional.id" in arguments[1]:
            transactional.add(arguments[0])
    elif step == "send":
        if arguments[0] in transactional and arguments[0] not in in_transaction:
            begin(arguments[0])
        send(*arguments)
    elif step == "flush":
        producers[arguments[0]].flush(30)
    elif step in ("commit", "abort"):
        end(arguments[0], f"{step}_transaction")
    elif step == "read":
        read(*arguments)
sys.stdout.flush()
os._exit(0)
