import { Kafka, logLevel } from 'kafkajs';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kafkaClient } from '../../../lib/adapters/kafka/kafka-client.ts';

describe('a connection to Kafka', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const queue = () => {
    expect(kafkaClient({ brokers: ['localhost:1'], logLevel: logLevel.NOTHING })).toBeInstanceOf(Kafka);
    return new RequestQueue({ clientId: 'test', broker: 'localhost:1', logger: {} });
  };

  it('sets no timer while no request waits', () => {
    queue().checkPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('looks after a request that waits until it can be sent, and no longer', () => {
    const waiting = queue();
    waiting.pending.push({});
    const sent = vi.spyOn(waiting, 'checkPendingRequests').mockImplementation(() => {
      waiting.pending.pop();
      waiting.scheduleCheckPendingRequests();
    });
    waiting.scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(1);
    vi.runAllTimers();
    expect(sent).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
