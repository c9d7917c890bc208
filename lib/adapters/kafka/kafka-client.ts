import { Kafka, type KafkaConfig } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

let isFixed = false;

/** A client of kafkajs without its timers on idle connections. */
export function kafkaClient(config: KafkaConfig): Kafka {
  fixRequestQueue();
  return new Kafka(config);
}

/**
 * kafkajs 2.2.4 asks an empty queue of requests again after a timeout that is negative: that is a thousand timers a
 * second on each connection, and a warning on stderr from Node 24 on. A request that has to wait sets a timer of its
 * own when it comes, and each answer sends the next one, so an empty queue needs none.
 */
function fixRequestQueue(): void {
  if (isFixed) return;
  isFixed = true;
  const { scheduleCheckPendingRequests } = RequestQueue.prototype;
  if (typeof scheduleCheckPendingRequests !== 'function') {
    throw new Error('kafkajs: expected version 2.2.4, whose queue of requests Weir fixes, found another one');
  }
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}
