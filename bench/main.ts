import { parseArgs } from 'node:util';
import { benchSink } from './sink/bench.ts';

const USAGE = 'npm run bench -- sink [--events 1000000] [--rounds 4]';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '4' },
  },
});
const [what, ...more] = positionals;
const events = Number(values.events);
const rounds = Number(values.rounds);
if (what !== 'sink' || more.length > 0 || !(events >= 1) || !(rounds >= 1)) {
  process.stderr.write(`expected: ${USAGE}\n`);
  process.exit(2);
}
await benchSink({ events: Math.ceil(events), rounds: Math.ceil(rounds) });
