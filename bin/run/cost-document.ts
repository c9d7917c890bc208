import { assumptions, exampleLoad } from '../../lib/cost/load.ts';
import type { LocatedProject } from '../../lib/project.ts';
import { runCost } from './cost.ts';

/** docs/cost.md. */
export async function costDocument(project: LocatedProject): Promise<string> {
  const { eventsPerSecond, bytesPerEvent, queriesPerDay } = exampleLoad;
  const report = await runCost(project, {
    deployment: 'dev',
    eventsPerSecond,
    bytes: bytesPerEvent,
    queries: queriesPerDay,
  });
  return `# What it costs

\`weir cost\` reads the synthesised templates and a load, and prices every item with the list in \`lib/cost/prices.ts\`, which has a
date. This page is what it prints; \`npm run docs\` writes it anew. Your own load: \`weir cost --events-per-second 20 --bytes 300\`.

**Fixed** stands whether events come or not: brokers, pollers, the warehouse while it runs models. **By load** is what a month of
events adds. Items with a star are what Weir itself adds to a broker's traffic and to the hours of brokers, pollers and warehouse.

What was measured of the code, or stated on the dear side (\`lib/cost/load.ts\`): ${assumptions.microsecondsPerEvent} µs of function time an event,
${assumptions.millisecondsPerObject} ms of waiting for S3 an object, ${assumptions.storedBytesPerEvent} bytes of Parquet an event, ${assumptions.logBytesPerInvocation} bytes of log an invocation. The load is spread evenly over
the streams, which makes the most objects. A run of the SQL models is taken to keep the warehouse
awake for ${assumptions.secondsPerModelHour} s a model and hour, over the open hour and, once, the hour before: no account was there to measure it. No free tier and no discount is counted. A unit of pollers holds ten
of them and 20 MB/s, and every mapping has one at least. Where a price is from: \`lib/cost/prices.ts\`.

${report}
`;
}
