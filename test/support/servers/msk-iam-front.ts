/**
 * A proxy for a Kafka without security that requires the same of clients as MSK: TLS, and an IAM token over SASL
 * OAUTHBEARER. It checks the token's format and records it; no test can verify whether AWS would accept it.
 * @see https://kafka.apache.org/protocol.html#sasl_handshake
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { temporaryFolder } from '../temporary-folder.ts';
import type { Stoppable } from './requirement.ts';
import { selfSigned } from './self-signed.ts';

/**
 * Kafka sends its address to clients; this host name is as long as the real address, so that it can replace it in an
 * answer.
 */
const TRUE_HOST = '127.0.0.1';
const FRONT_HOST = '127.0.0.2';

const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;

export interface MskIamFront extends Stoppable {
  /** `host:port`, for clients with TLS and IAM. */
  readonly brokers: string;
  /** The certificate file that clients must trust. */
  readonly certificate: string;
  /** The signed requests that clients presented. */
  readonly tokens: readonly URL[];
}

/** @param broker `127.0.0.1:port` of a Kafka with one node. */
export async function startMskIamFront(broker: string): Promise<MskIamFront> {
  const port = Number(broker.split(':')[1]);
  const folder = await temporaryFolder();
  const { key, certificate } = await selfSigned(folder.path, FRONT_HOST);
  const tokens: URL[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (client) => {
    const kafka = connect(port, TRUE_HOST);
    for (const socket of [client, kafka]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          client.destroy();
          kafka.destroy();
        });
    }
    let token: URL | undefined;
    client.on(
      'data',
      frames((frame) => {
        const answer = securityAnswer(frame, (given) => {
          token = given;
          tokens.push(given);
        });
        if (answer !== undefined) client.write(answer);
        else if (token !== undefined || frame.readInt16BE(4) === API_VERSIONS) kafka.write(frame);
        else client.destroy(new Error('a request came before the token'));
      }),
    );
    kafka.on(
      'data',
      frames((frame) => client.write(withFrontAsHost(frame))),
    );
  });
  server.listen(port, FRONT_HOST);
  await once(server, 'listening');
  return {
    brokers: `${FRONT_HOST}:${port}`,
    certificate,
    tokens,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await folder.remove();
    },
  };
}

const API_VERSIONS = 18;

/** Splits a stream into Kafka's frames: a length of four bytes, then that many bytes. */
function frames(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0);
      take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

/** A SASL broker's answer to a security request; undefined for any other request. */
function securityAnswer(frame: Buffer, took: (token: URL) => void): Buffer | undefined {
  const apiKey = frame.readInt16BE(4);
  const version = frame.readInt16BE(6);
  const correlation = frame.readInt32BE(8);
  const body = frame.subarray(14 + frame.readInt16BE(12));
  if (apiKey === SASL_HANDSHAKE) {
    return answer(correlation, Buffer.from([0, 0, 0, 0, 0, 1]), text('OAUTHBEARER'));
  }
  if (apiKey !== SASL_AUTHENTICATE) return undefined;
  took(tokenIn(body.subarray(4)));
  const lifetime = version >= 1 ? Buffer.alloc(8) : Buffer.alloc(0);
  // No error, no message, no bytes.
  return answer(correlation, Buffer.from([0, 0, 0xff, 0xff, 0, 0, 0, 0]), lifetime);
}

function answer(correlation: number, ...parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  const body = Buffer.concat(parts);
  head.writeInt32BE(4 + body.length, 0);
  head.writeInt32BE(correlation, 4);
  return Buffer.concat([head, body]);
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}

/** The signed URL in `n,,auth=Bearer …`. @see RFC 7628 */
function tokenIn(bytes: Buffer): URL {
  const [, encoded = ''] = /auth=Bearer ([\w-]+)/.exec(bytes.toString('latin1')) ?? [];
  return new URL(Buffer.from(encoded, 'base64url').toString());
}

function withFrontAsHost(frame: Buffer): Buffer {
  return Buffer.from(frame.toString('latin1').replaceAll(TRUE_HOST, FRONT_HOST), 'latin1');
}
