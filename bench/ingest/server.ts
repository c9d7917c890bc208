/** A server of the ingest benchmark, in a separate process: `server.ts <weir | bare> <folder>`. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { embeddedEventLog } from '../../lib/adapters/embedded/event-log/embedded-event-log.ts';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { createApi } from '../../lib/api/create-api.ts';
import { ingestRoutes, openIngesters } from '../../lib/api/ingest/ingest-routes.ts';
import { served } from '../../lib/api/route.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import { topicSettings } from '../../lib/derive/topic.ts';
import { type Fetch, guarded, serve } from '../http/serve.ts';
import { benchOrders } from '../sink/contract.ts';

/** Handles requests to `/events/…` as `weir start` does. */
async function weir(dir: string): Promise<Fetch> {
  const contract: Contract = benchOrders;
  const warn = (line: string) => void process.stderr.write(`${line}\n`);
  const log = await embeddedEventLog({ dir, clock: systemClock, maxTopicBytes: 4 * 1024 ** 3, warn });
  await log.createTopic(topicSettings(contract));
  const ingesters = openIngesters({ contracts: [contract], topics: new Map(), log, clock: systemClock });
  const report = (error: unknown) => warn(String(error));
  const ports = { ingesters, limits: { maxBodyBytes: 10 * 1024 * 1024 }, report };
  const api = createApi({ routes: served(ingestRoutes([contract]), ports), report });
  return guarded(api);
}

/** A typical hand-written version: parse, append to a file, respond. Nothing is validated, and nothing is durable. */
async function bare(dir: string): Promise<Fetch> {
  const file = await open(join(dir, 'events.ndjson'), 'a');
  const app = new Hono();
  app.post('/events/:stream', async (context) => {
    const text = await context.req.text();
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    await file.appendFile(text.endsWith('\n') ? text : `${text}\n`);
    return context.json({ accepted: events.length }, 202);
  });
  return app.fetch as Fetch;
}

const [mode = '', dir = ''] = process.argv.slice(2);
await serve({ weir: () => weir(dir), bare: () => bare(dir) }, mode);
