import { describe, expect, it } from 'vitest';
import { createHandler as brokersHandler } from '../../lambdas/brokers/handler.ts';
import { type CustomResourceEvent, customResource, type ResourceRequest } from '../../lambdas/custom-resource.ts';
import { createHandler as schemasHandler } from '../../lambdas/schemas/handler.ts';
import { RETRY_FOR_MS, createHandler as topicsHandler } from '../../lambdas/topics/handler.ts';
import { createHandler as usageLimitHandler } from '../../lambdas/usage-limit/handler.ts';
import type { TopicSettings } from '../../lib/derive/topic.ts';
import { TopicRefusedError } from '../../lib/pipeline/ports.ts';
import { testClock } from '../support/test-clock.ts';

const event = {
  RequestType: 'Create',
  ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:f',
  ResponseURL: 'https://answers.example.com/signed?signature=1',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Resource',
  ResourceType: 'Custom::WeirTest',
  ResourceProperties: { ServiceToken: 'arn', name: 'value' },
} as const satisfies CustomResourceEvent;

interface Sent {
  readonly url: string;
  readonly init: RequestInit | undefined;
}

function answering(apply: (request: ResourceRequest) => Promise<{ physicalId: string }>, status = 200) {
  const sent: Sent[] = [];
  const send: typeof fetch = async (url, init) => {
    sent.push({ url: String(url), init });
    return new Response(null, { status });
  };
  return { handle: customResource({ apply, fetch: send }), sent, body: () => JSON.parse(String(sent[0]?.init?.body)) };
}

describe('CloudFormation is answered', () => {
  it('with the name and attributes of what was made, at the signed address, without a content type', async () => {
    const { handle, sent, body } = answering(async () => ({ physicalId: 'made', attributes: { A: 'b' } }));
    await handle(event);
    expect(sent[0]?.url).toBe(event.ResponseURL);
    expect(sent[0]?.init).toMatchObject({ method: 'PUT', headers: { 'content-type': '' } });
    expect(body()).toEqual({
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Resource',
      Status: 'SUCCESS',
      PhysicalResourceId: 'made',
      Data: { A: 'b' },
    });
  });

  it('with the reason when it failed, so that the deployment does not wait an hour', async () => {
    const { handle, body } = answering(() => Promise.reject(new Error('no such cluster')));
    await handle(event);
    expect(body()).toMatchObject({ Status: 'FAILED', Reason: 'no such cluster' });
  });

  it('a failed change keeps the name, or CloudFormation would delete what is there', async () => {
    const { handle, body } = answering(() => Promise.reject(new Error('not now')));
    await handle({
      ...event,
      RequestType: 'Update',
      PhysicalResourceId: 'kept',
      OldResourceProperties: event.ResourceProperties,
    });
    expect(body().PhysicalResourceId).toBe('kept');
  });

  it('with a failure before the function’s own time is over, and not when it is done before', async () => {
    const never = answering(() => new Promise(() => {}));
    await never.handle(event, { getRemainingTimeInMillis: () => 5_020 });
    expect(never.body()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^expected an end within 0 s, found none; look at/),
    });
    const { handle, body } = answering(async () => ({ physicalId: 'made' }));
    await handle(event, { getRemainingTimeInMillis: () => 60_000 });
    expect(body()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'made' });
  });

  it('a refused answer fails the invocation, which Lambda then repeats', async () => {
    const { handle } = answering(async () => ({ physicalId: 'made' }), 403);
    await expect(handle(event)).rejects.toThrow('expected HTTP 200, found 403');
  });
});

describe('topics', () => {
  const properties = {
    topic: 'shop.purchases',
    kafkaPartitions: '2',
    timestampType: 'LogAppendTime',
    retentionMs: '60000',
  };
  const recording = () => {
    const kept: TopicSettings[] = [];
    const handle = topicsHandler({
      topics: { keep: async (settings) => void kept.push(settings) },
      clock: testClock(),
      warn: () => {},
    });
    return { kept, handle };
  };
  const failing = (failures: readonly Error[]) => {
    const [clock, warnings, attempts] = [testClock(), [] as string[], [] as number[]];
    const keep = async () => {
      attempts.push(clock.now());
      const failure = failures[Math.min(attempts.length, failures.length) - 1];
      if (failure !== undefined && attempts.length <= failures.length) throw failure;
    };
    const handle = topicsHandler({ topics: { keep }, clock, warn: (line) => warnings.push(line) });
    return { clock, warnings, attempts, handle: () => handle({ type: 'Create', properties, physicalId: undefined }) };
  };

  it('are asked for again while IAM and new brokers refuse, each refusal logged', async () => {
    const denied = new Error('cannot keep the topic: Topic authorization failed');
    const { clock, warnings, attempts, handle } = failing([denied, new Error('Connection timeout'), denied]);
    const answer = handle();
    await clock.advance(RETRY_FOR_MS);
    expect(await answer).toEqual({ physicalId: 'shop.purchases' });
    expect(attempts).toHaveLength(4);
    expect(warnings).toEqual([
      `${denied.message}; trying again`,
      'Connection timeout; trying again',
      `${denied.message}; trying again`,
    ]);
  });

  it('fail with the last refusal once the time is over, so that CloudFormation hears of it', async () => {
    const { clock, attempts, handle } = failing(Array.from({ length: 1000 }, (_, index) => new Error(`no ${index}`)));
    const answer = handle().catch((error: Error) => error.message);
    await clock.advance(RETRY_FOR_MS * 2);
    expect(await answer).toBe(`no ${attempts.length - 1}`);
    expect((attempts.at(-1) ?? 0) - (attempts[0] ?? 0)).toBeLessThanOrEqual(RETRY_FOR_MS);
    expect(attempts.length).toBeGreaterThan(10);
  });

  it('that cannot become what was asked for fail at once', async () => {
    const { attempts, handle } = failing([new TopicRefusedError('expected 2 kafka partitions or fewer, found 3')]);
    await expect(handle()).rejects.toThrow('found 3');
    expect(attempts).toHaveLength(1);
  });

  it('are kept as declared; CloudFormation’s texts become numbers', async () => {
    const { kept, handle } = recording();
    expect(await handle({ type: 'Create', properties, physicalId: undefined })).toEqual({
      physicalId: 'shop.purchases',
    });
    expect(kept).toEqual([
      { topic: 'shop.purchases', kafkaPartitions: 2, timestampType: 'LogAppendTime', retentionMs: 60_000 },
    ]);
  });

  it('are never deleted: a removed one is only forgotten', async () => {
    const { kept, handle } = recording();
    expect(await handle({ type: 'Delete', properties, physicalId: 'shop.purchases' })).toEqual({
      physicalId: 'shop.purchases',
    });
    expect(kept).toEqual([]);
  });

  it.each([
    ['kafkaPartitions', '0', /kafkaPartitions: expected a whole number of 1 or more, found "0"/],
    ['timestampType', 'Never', /timestampType: expected LogAppendTime or CreateTime, found "Never"/],
    ['topic', '', /topic: expected a property/],
  ])('a wrong %s is refused', async (name, value, expected) => {
    const { handle } = recording();
    const wrong = { ...properties, [name]: value };
    await expect(handle({ type: 'Update', properties: wrong, physicalId: 'x' })).rejects.toThrow(expected);
  });
});

describe('the usage limit', () => {
  const properties = { WorkgroupArn: 'arn:workgroup', DailyRpuHours: '8' };
  const limits = (existing?: string) => {
    const calls: string[] = [];
    const handle = usageLimitHandler({
      find: async () => existing,
      create: async (arn, hours) => {
        calls.push(`create ${arn} ${hours}`);
        return 'limit-1';
      },
      update: async (id, hours) => void calls.push(`update ${id} ${hours}`),
      remove: async (id) => void calls.push(`remove ${id}`),
    });
    return { calls, handle };
  };

  it('is made where there is none', async () => {
    const { calls, handle } = limits();
    expect(await handle({ type: 'Create', properties, physicalId: undefined })).toEqual({ physicalId: 'limit-1' });
    expect(calls).toEqual(['create arn:workgroup 8']);
  });

  it('is taken over where a first try has made it', async () => {
    const { calls, handle } = limits('limit-0');
    expect(await handle({ type: 'Create', properties, physicalId: undefined })).toEqual({ physicalId: 'limit-0' });
    expect(calls).toEqual(['update limit-0 8']);
  });

  it('goes with its resource; one that was never made is not asked for', async () => {
    const { calls, handle } = limits();
    await handle({ type: 'Delete', properties, physicalId: 'limit-1' });
    await handle({ type: 'Delete', properties, physicalId: 'weir-never-made' });
    expect(calls).toEqual(['remove limit-1']);
  });
});

describe('the brokers', () => {
  const properties = { ClusterArn: 'arn:cluster' };

  it('are returned as an attribute', async () => {
    const handle = brokersHandler({ bootstrapServers: async () => 'b-1:9098' });
    const answer = await handle({ type: 'Create', properties, physicalId: undefined });
    expect(answer).toEqual({ physicalId: 'arn:cluster', attributes: { BootstrapServers: 'b-1:9098' } });
  });

  it('a cluster without IAM is refused with what to do', async () => {
    const handle = brokersHandler({ bootstrapServers: async () => undefined });
    await expect(handle({ type: 'Create', properties, physicalId: undefined })).rejects.toThrow(/turn on IAM/);
  });
});

describe('the external schemas', () => {
  const properties = {
    WorkgroupName: 'weir-dev',
    Database: 'weir',
    NamespaceName: 'weir-dev',
    Statements: '[{"sql":"one"},{"sql":"two","unless":"is two there"},{"sql":"three","unless":"is three there"}]',
  };
  const recording = () => {
    const ran: string[] = [];
    const handle = schemasHandler({
      adminSecret: async () => 'arn:secret',
      run: async ({ workgroupName, database }, sql) => {
        ran.push(`${workgroupName}/${database} ${sql}`);
        return sql === 'is two there' ? [{ two: 'yes' }] : [];
      },
    });
    return { ran, handle };
  };

  it('are made in their order, but for what is there already', async () => {
    const { ran, handle } = recording();
    const answer = await handle({ type: 'Create', properties, physicalId: undefined });
    expect(answer).toEqual({ physicalId: 'weir-dev/weir' });
    const statements = ['one', 'is two there', 'is three there', 'three'];
    expect(ran).toEqual(statements.map((sql) => `weir-dev/weir ${sql}`));
  });

  it('stay when their resource goes', async () => {
    const { ran, handle } = recording();
    await handle({ type: 'Delete', properties, physicalId: 'weir-dev/weir' });
    expect(ran).toEqual([]);
  });
});
