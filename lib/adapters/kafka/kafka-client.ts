import { Kafka, type KafkaConfig } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

let isFixed = false;

/** A kafkajs client without its timers on idle connections. */
export function kafkaClient(config: KafkaConfig): Kafka {
  fixRequestQueue();
  return new Kafka(config);
}

/**
 * kafkajs 2.2.4 polls an empty request queue again after a negative timeout: a thousand timers per second on each
 * connection, and a warning on stderr from Node 24 on. A request that has to wait sets its own timer when it arrives,
 * and each response sends the next one, so an empty queue needs no timer.
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
