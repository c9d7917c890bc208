import { systemClock } from '../../lib/adapters/system-clock.ts';
import type { Contract } from '../../lib/contracts/contract.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import type { Generator } from '../../lib/generators/generator.ts';
import { type ReplayFile, replay, replayFiles } from '../../lib/local/event-files/replay.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { generatedLines } from '../../lib/local/generated-lines.ts';
import { openForProduce } from '../../lib/local/open-for-produce.ts';
import { admission, rawRecord } from '../../lib/pipeline/admit.ts';
import type { InputLine, OverlongLine } from '../../lib/pipeline/input-line.ts';
import { paced } from '../../lib/pipeline/pace.ts';
import { ProduceError, type Producer, producer } from '../../lib/pipeline/produce.ts';
import { produceLines, type RefusedLine } from '../../lib/pipeline/produce-lines.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { interruptible } from '../interrupt.ts';
import { progress } from '../progress.ts';
import { effectiveSettings } from '../setting-options.ts';
import { UsageError } from '../usage-error.ts';

export interface ProduceOptions extends Omit<Partial<Settings>, 'rate'> {
  /** Events per second. */
  readonly rate?: number;
  readonly count?: number;
  readonly file?: string;
  readonly dir?: string;
  readonly raw?: boolean;
  readonly strict?: boolean;
}

/** A stream and its generator, if it has one. */
interface Made {
  readonly contract: Contract;
  readonly generator: Generator | undefined;
}

type Lines = AsyncIterable<InputLine | OverlongLine>;

/** The events to send, and the progress after a number of lines. */
interface Source {
  readonly lines: Lines;
  readonly perSecond: number | null;
  readonly fraction: (lines: number) => number | null;
}

/** `weir produce`. Returns the exit code. @throws UsageError, ProduceError, or errors of opening the log or files */
export async function produce(project: LocatedProject, stream: string, options: ProduceOptions): Promise<number> {
  const contract = contractOf(project, stream);
  const { rate: _, ...given } = options;
  const settings = effectiveSettings(given, project.contracts);
  const generator = project.generators.find((one) => one.stream === stream);
  const source = await sourceOf({ contract, generator }, options, settings);
  const signal = interruptible();
  const warn = (line: string) => process.stderr.write(`note: ${line}\n`);
  const opened = await openForProduce(contract, {
    folder: dataFolder(settings.dataDir),
    settings,
    clock: systemClock,
    warn,
  });
  try {
    const target = await producer({ log: opened.log, topic: topicOf(contract, settings.topics) });
    const { sent, refused } = await send(contract, source, target, { raw: options.raw ?? false, signal });
    process.stdout.write(`sent ${events(sent)} to ${stream}, refused ${refused}\n`);
    return refused > 0 && (options.strict || sent === 0) ? 1 : 0;
  } finally {
    // Acknowledged events are durable already; if this reported a failure, the user would send them again.
    await opened.close().catch((error) => warn(messageOf(error)));
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const events = (count: number) => `${count} ${count === 1 ? 'event' : 'events'}`;

function contractOf({ contracts }: LocatedProject, stream: string): Contract {
  const found = contracts.find(({ name }) => name === stream);
  if (found !== undefined) return found;
  throw new UsageError(`expected a stream (${contracts.map(({ name }) => name).join(', ')}), found "${stream}"`);
}

async function sourceOf(stream: Made, options: ProduceOptions, settings: Settings): Promise<Source> {
  const { file, dir, count, rate, raw } = options;
  if (file !== undefined && dir !== undefined) throw new UsageError('expected --file or --dir, found both');
  const path = file === '-' ? '/dev/stdin' : (file ?? dir);
  if (path === undefined) {
    if (raw) throw new UsageError('--raw expects --file or --dir, found neither');
    return generated(stream, count ?? Infinity, rate, settings.seed);
  }
  if (count !== undefined || options.seed !== undefined) {
    throw new UsageError('--count and --seed are for generated events, and cannot go with --file or --dir');
  }
  return replayed(await replayFiles(path), { perSecond: rate ?? null, raw: raw ?? false });
}

function generated(
  { contract, generator }: Made,
  count: number,
  rate: number | undefined,
  seed: number | null,
): Source {
  if (generator === undefined) {
    throw new UsageError(`${contract.name} has no generator; expected --file or --dir, found neither`);
  }
  return {
    lines: generatedLines(generator, { seed, count, clock: systemClock }),
    perSecond: rate ?? (count === Infinity ? 1 : null),
    fraction: (lines) => (count === Infinity ? null : lines / count),
  };
}

/** Progress is measured in bytes read; it is unknown for compressed files. */
function replayed(
  files: readonly ReplayFile[],
  { perSecond, raw }: { readonly perSecond: number | null; readonly raw: boolean },
): Source {
  const sizeBytes = files.reduce((sum, one) => sum + one.sizeBytes, 0);
  const isTold = sizeBytes > 0 && files.every((one) => !one.path.endsWith('.gz'));
  let readBytes = 0;
  async function* counted(): Lines {
    for await (const line of replay(files, { raw })) {
      readBytes += 'bytes' in line ? line.bytes.length + 1 : 0;
      yield line;
    }
  }
  return { lines: counted(), perSecond, fraction: () => (isTold ? readBytes / sizeBytes : null) };
}

interface Sending {
  readonly raw: boolean;
  readonly signal: AbortSignal;
}

async function send(contract: Contract, source: Source, target: Producer, { raw, signal }: Sending) {
  const { perSecond, fraction } = source;
  const lines = perSecond === null ? source.lines : paced(source.lines, { perSecond, clock: systemClock, signal });
  const shown = progress({ output: process.stderr, unit: 'lines', nowMs: systemClock.now, fraction });
  let done = 0;
  const onLine = () => {
    done += 1;
    shown.at(done);
  };
  const onRefused = (line: RefusedLine) => {
    shown.end();
    process.stderr.write(refusal(line));
  };
  const admit = raw ? (text: Uint8Array) => ({ record: rawRecord(contract, text) }) : admission(contract).admit;
  try {
    return await produceLines(lines, { producer: target, admit, clock: systemClock, onRefused, onLine, signal });
  } catch (error) {
    // Its message already contains the number of events sent.
    if (error instanceof ProduceError) throw error;
    const sent = await target.flush();
    throw new Error(`${messageOf(error)}; before that, ${events(sent)} were sent`, { cause: error });
  } finally {
    shown.end();
  }
}

function refusal({ file, lineNumber, reason, path, detail }: RefusedLine): string {
  return `refused: ${file} line ${lineNumber}: ${reason}${path === '' ? '' : ` at ${path}`}: ${detail}\n`;
}
