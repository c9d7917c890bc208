import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleLambda } from '../../lib/infra/bundle.ts';
import { fixture } from '../support/fixture-project.ts';
import { functions } from '../support/function-findings.ts';

const KILOBYTE = 1024;

/**
 * The maximum kilobytes of each function's code: what it has, and a tenth. Lambda loads and compiles all of it before
 * the first call. Clients are most of it: kafkajs 280 KB, the store's 430 KB, DuckDB's 210 KB, the SDK with S3 250 KB.
 */
const MAX_KILOBYTES: Readonly<Record<string, number>> = {
  brokers: 270,
  generate: 640,
  ingest: 510,
  meter: 630,
  offsets: 430,
  publish: 360,
  read: 660,
  // Has the store's client, DuckDB's and three of the SDK's. It runs every five minutes, and nobody waits for it.
  recount: 1330,
  refine: 470,
  schemas: 230,
  sink: 800,
  topics: 370,
  transform: 560,
  'usage-limit': 210,
};

/** Clients of services, whose size is not ours. */
const CLIENTS = /node_modules\/(@aws-sdk|@smithy|@aws-crypto|@duckdb|@redis|kafkajs|aws-msk-iam-sasl-signer-js)\//;
/** The functions that people and events wait for. */
const LIVE = ['ingest', 'meter', 'offsets', 'read', 'recount', 'refine'];
const MAX_OWN_KILOBYTES = 300;

const sizes = new Map(Object.keys(functions).map((lambda) => [lambda, sizeOf(lambda)]));

describe('a function’s code', () => {
  it.each(Object.keys(functions))('of %s is as large as stated at most', (lambda) => {
    expect(sizes.get(lambda)?.kilobytes).toBeLessThanOrEqual(MAX_KILOBYTES[lambda] ?? 0);
  });

  it('has no limit that is far from what there is', () => {
    for (const [lambda, { kilobytes }] of sizes) {
      expect(MAX_KILOBYTES[lambda] ?? 0, lambda).toBeLessThan(1.25 * kilobytes);
    }
  });

  it.each(LIVE)('of %s is 300 KB at most without the clients of services', (lambda) => {
    expect(sizes.get(lambda)?.ownKilobytes).toBeLessThanOrEqual(MAX_OWN_KILOBYTES);
    expect(sizes.get(lambda)?.ownKilobytes).toBeGreaterThan(20);
  });
});

function sizeOf(lambda: string) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bundle-'));
  try {
    const [output] = Object.values(bundleLambda(lambda, folder, fixture).outputs);
    const own = Object.entries(output?.inputs ?? {}).filter(([path]) => !CLIENTS.test(path));
    return {
      kilobytes: (output?.bytes ?? 0) / KILOBYTE,
      ownKilobytes: own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / KILOBYTE,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
