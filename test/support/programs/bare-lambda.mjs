// Runs a function like Lambda, and nothing more: `node bare-lambda.mjs <folder of the asset>`. It notifies its parent
// when the handler is ready, then accepts events and replies with the handler's result or error.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// bare-lambda.ts uses the same value.
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
  // Log and answers use two channels, and either may arrive first: this line ends the call's part of the log.
  process.stdout.write(`${END_OF_CALL}\n`);
  process.send(answer);
});
