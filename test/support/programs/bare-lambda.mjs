// Runs a function as Lambda does, and nothing more: `node bare-lambda.mjs <folder of the asset>`. It tells its parent when
// the handler is there, then takes events and answers with what the handler gave or threw.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Known to bare-lambda.ts too.
const END_OF_CALL = '-- end of the call';

const { handler } = await import(pathToFileURL(join(process.argv[2], 'index.mjs')).href);
process.send({ ready: typeof handler === 'function', sinceStartMs: performance.now(), node: process.version });
process.on('message', async ({ event, remainingMs }) => {
  const untilMs = performance.now() + remainingMs;
  let answer;
  try {
    const context = { getRemainingTimeInMillis: () => untilMs - performance.now() };
    answer = { result: (await handler(event, context)) ?? null };
  } catch (error) {
    answer = { thrown: error instanceof Error ? error.message : String(error) };
  }
  // The log and the answers take two ways, and either may be the first: this line ends the call's part of the log.
  process.stdout.write(`${END_OF_CALL}\n`);
  process.send(answer);
});
