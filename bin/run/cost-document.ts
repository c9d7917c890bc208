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

\`weir cost\` reads the synthesised templates and a load, and prices each item from the dated list in \`lib/cost/prices.ts\`.
\`npm run docs\` generates this page from its output. For your own load: \`weir cost --events-per-second 20 --bytes 300\`.

**Fixed** costs do not depend on the load: brokers, pollers, and the warehouse while it runs models. **By load** is what a month of
events adds. Items with a star are what Weir itself adds on top of broker traffic and the hours of brokers, pollers and warehouse.

The assumptions were measured on the code or are conservative (\`lib/cost/load.ts\`): ${assumptions.microsecondsPerEvent} µs of function time per event,
${assumptions.millisecondsPerObject} ms of waiting for S3 per object, ${assumptions.storedBytesPerEvent} bytes of Parquet per event, ${assumptions.logBytesPerInvocation} bytes of log per invocation. The load is spread evenly
over the streams, which gives the largest number of objects. A run of the SQL models is assumed to keep the warehouse awake for
${assumptions.secondsPerModelHour} s per model and hour, over the open hour and, once, the previous hour; this was not measured on an account. Neither
the free tier nor discounts are counted. A unit of pollers has ten pollers and 20 MB/s, and every mapping has at least one poller.
\`lib/cost/prices.ts\` gives the source of each price.

${report}
`;
}
