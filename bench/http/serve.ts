import type { Hono } from 'hono';
import { listen } from '../../lib/local/server/listen.ts';
import { requestGuard } from '../../lib/local/server/request-guard.ts';

/** The process of a benchmark server. */

export type Fetch = (request: Request) => Response | Promise<Response>;

/** Handles requests as `weir start` does. */
export function guarded(api: Hono): Fetch {
  const refusal = requestGuard({ isLoopback: true, tokens: [] });
  return (request) => (refusal(request) === undefined ? api.fetch(request) : new Response(null, { status: 403 }));
}

/** Serves one of the modes, and reports the port and the usage to `startServer`. */
export async function serve(modes: Readonly<Record<string, () => Promise<Fetch>>>, mode: string): Promise<void> {
  const fetch = modes[mode];
  if (fetch === undefined) throw new Error(`expected one of ${Object.keys(modes).join(', ')}, found ${mode}`);
  const { port } = await listen({ host: '127.0.0.1', port: 0, orAnyFree: false, fetch: await fetch() });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024 });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}
