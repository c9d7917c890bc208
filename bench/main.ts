import { parseArgs } from 'node:util';
import { benchApi } from './api/bench.ts';
import { benchColdStart } from './coldstart/bench.ts';
import { benchGrowth } from './growth/bench.ts';
import { benchIngest } from './ingest/bench.ts';
import { benchMeter } from './meter/bench.ts';
import { benchPipeline } from './pipeline/bench.ts';
import { benchSink } from './sink/bench.ts';
import { benchTransform } from './transform/bench.ts';

const USAGE = `npm run bench -- sink [--events 1000000] [--rounds 4]
          npm run bench -- transform [--rows 5000] [--history 1000] [--large-rows 1000000] [--profile]
          npm run bench -- pipeline [--events 1000000] [--rounds 4] [--profile]
          npm run bench -- meter [--events 1000000] [--rounds 4] [--profile]
          npm run bench -- ingest [--rounds 4]
          npm run bench -- api [--rounds 4]
          npm run bench -- coldstart [--rounds 4]
          npm run bench -- growth [--hours 10000]`;

const { positionals, values: given } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '4' },
    hours: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '5000' },
    history: { type: 'string', default: '1000' },
    'large-rows': { type: 'string', default: '1000000' },
    profile: { type: 'boolean', default: false },
  },
});
const [what, ...more] = positionals;
const { profile, ...values } = given;
const numbers = Object.values(values).map(Number);
const whole = (text: string) => Math.ceil(Number(text));

const benches: Readonly<Record<string, () => Promise<void>>> = {
  sink: () => benchSink({ events: whole(values.events), rounds: whole(values.rounds) }),
  transform: () =>
    benchTransform({
      rows: whole(values.rows),
      history: whole(values.history),
      largeRows: whole(values['large-rows']),
      profile,
    }),
  growth: () => benchGrowth({ hours: whole(values.hours) }),
  pipeline: () => benchPipeline({ events: whole(values.events), rounds: whole(values.rounds), profile }),
  meter: () => benchMeter({ events: whole(values.events), rounds: whole(values.rounds), profile }),
  ingest: () => benchIngest({ rounds: whole(values.rounds) }),
  api: () => benchApi({ rounds: whole(values.rounds) }),
  coldstart: async () => {
    if (!(await benchColdStart({ rounds: whole(values.rounds) }))) process.exitCode = 1;
  },
};

const bench = more.length === 0 && numbers.every((number) => number >= 1) ? benches[what ?? ''] : undefined;
if (bench === undefined) {
  process.stderr.write(`expected: ${USAGE}\n`);
  process.exit(2);
}
await bench();
