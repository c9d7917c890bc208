import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { brokerChecks } from '../../lib/local/broker-checks.ts';
import { readSettings } from '../../lib/settings.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The port of a server that closes every connection as soon as something is asked. */
async function mute(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.destroy()));
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}

async function checked(environment: Record<string, string>) {
  const checks = await brokerChecks(readSettings(environment), []);
  return checks.map(({ name, isGood, found }) => [name, isGood, found] as const);
}

describe('what stands between here and a Kafka', () => {
  it('is nothing where there is no Kafka', async () => {
    expect(await checked({})).toEqual([]);
  });

  it('is settings that cannot be: no broker is asked', async () => {
    expect(await checked({ WEIR_BROKERS: '127.0.0.1:1', WEIR_KAFKA_SECURITY: 'sasl_ssl' })).toEqual([
      ['Kafka settings', false, expect.stringMatching(/^WEIR_KAFKA_USERNAME: expected /)],
    ]);
  });

  it('is a name that nobody knows; nothing behind it is tried', async () => {
    expect(await checked({ WEIR_BROKERS: 'no-such-host.invalid:9092' })).toEqual([
      [
        'broker no-such-host.invalid:9092: name',
        false,
        expect.stringMatching(/; is the name right, and does this machine’s DNS know it\?$/),
      ],
    ]);
  });

  it('is a port where nobody listens, of each broker by itself', async () => {
    const port = await mute();
    expect(await checked({ WEIR_BROKERS: `127.0.0.1:1, 127.0.0.1:${port}` })).toEqual([
      ['broker 127.0.0.1:1: name', true, 'an address'],
      ['broker 127.0.0.1:1: port', false, expect.stringMatching(/ECONNREFUSED.*; is a broker running there\?$/)],
      [`broker 127.0.0.1:${port}: name`, true, 'an address'],
      [`broker 127.0.0.1:${port}: port`, true, 'open'],
      [`broker 127.0.0.1:${port}: Kafka`, false, expect.any(String)],
    ]);
  });

  it('is a server that does not speak TLS, and reports it before a login is tried', async () => {
    const port = await mute();
    const found = await checked({ WEIR_BROKERS: `127.0.0.1:${port}`, WEIR_KAFKA_SECURITY: 'ssl' });
    expect(found.map(([name, isGood]) => [name.replace(/^.*: /, ''), isGood])).toEqual([
      ['name', true],
      ['port', true],
      ['TLS', false],
    ]);
  });
});
