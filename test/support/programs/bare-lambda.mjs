// Runs a function as Lambda does, and nothing more: `node bare-lambda.mjs <folder of the asset>`. It tells its parent when
// the handler is there, then takes events and answers with what the handler gave or threw.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(join(process.argv[2], 'index.mjs')).href);
process.send({ ready: typeof handler === 'function', sinceStartMs: performance.now(), node: process.version });
process.on('message', async ({ event, remainingMs }) => {
  const untilMs = performance.now() + remainingMs;
  try {
    const context = { getRemainingTimeInMillis: () => untilMs - performance.now() };
    process.send({ result: (await handler(event, context)) ?? null });
  } catch (error) {
    process.send({ thrown: error instanceof Error ? error.message : String(error) });
  }
});
