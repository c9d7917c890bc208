import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { systemClock } from '../../lib/adapters/system-clock.ts';
import { constantName } from '../../lib/infer/contract-source.ts';
import { type Inference, inferStream, type SampleEvent } from '../../lib/infer/infer-stream.ts';
import { replay, replayFiles } from '../../lib/local/event-files/replay.ts';
import { openEmbeddedLog, openKafkaLog } from '../../lib/local/event-log.ts';
import { dataFolder } from '../../lib/local/folder/data-folder.ts';
import { topicSample } from '../../lib/local/topic-sample.ts';
import { packageFacts, packageRoot } from '../../lib/package-root.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { effectiveSettings } from '../setting-options.ts';
import { UsageError } from '../usage-error.ts';

export interface InferOptions extends Partial<Settings> {
  readonly file?: string;
  readonly topic?: string;
}

/** `weir infer`. Returns the exit code: 1 if the contract accepts no event. @throws UsageError, SampleError */
export async function infer(project: LocatedProject, stream: string, options: InferOptions): Promise<number> {
  const { file, topic, ...given } = options;
  const settings = effectiveSettings(given, project.contracts);
  const path = join(project.dir, 'streams', `${stream.replaceAll(/[._]/g, '-')}.ts`);
  assertNew(project, stream, path);
  const inference = await inferred(project, stream, { file, topic, settings });
  await mkdir(dirname(path), { recursive: true });
  // Never overwrites a file that was created since the check.
  await writeFile(path, inference.source, { flag: 'wx' });
  report(inference, stream, relative(process.cwd(), path));
  return inference.accepted > 0 ? 0 : 1;
}

function assertNew({ contracts }: LocatedProject, stream: string, path: string): void {
  if (!/^[a-z][a-z0-9_]*([.-][a-z0-9_]+)*$/.test(stream)) {
    throw new UsageError(`expected a name of lower-case letters, digits, dots, dashes and _, found "${stream}"`);
  }
  if (contracts.some(({ name }) => name === stream)) {
    throw new UsageError(`expected a new stream, found ${stream}, which the project already has; choose another name`);
  }
  if (existsSync(path)) throw new UsageError(`expected no file ${path}, found one; rename it, or the stream`);
}

interface Sampled {
  readonly file: string | undefined;
  readonly topic: string | undefined;
  readonly settings: Settings;
}

async function inferred(project: LocatedProject, name: string, { file, topic, settings }: Sampled): Promise<Inference> {
  const language = project.dir === packageRoot ? '../lib/index.ts' : packageFacts().name;
  const options = { name, language, nowMs: systemClock.now() };
  if (file !== undefined) {
    return inferStream(fileSample(file === '-' ? '/dev/stdin' : file), { ...options, sample: basename(file) });
  }
  if (topic === undefined) throw new UsageError('expected --file or --topic, found neither');
  const warn = (line: string) => process.stderr.write(`note: ${line}\n`);
  const opened = { folder: dataFolder(settings.dataDir), settings, clock: systemClock, warn };
  const log = await (settings.brokers === '' ? openEmbeddedLog(opened) : openKafkaLog(opened));
  try {
    return await inferStream(topicSample(log, topic), { ...options, sample: `topic ${topic}` });
  } finally {
    await log.close();
  }
}

async function* fileSample(path: string): AsyncGenerator<SampleEvent> {
  for await (const line of replay(await replayFiles(path))) {
    const place = `${line.source.file} line ${line.source.lineNumber}`;
    if ('bytes' in line) yield { place, bytes: line.bytes };
    else process.stderr.write(`${place}: left out: ${line.refused.detail}\n`);
  }
}

function report({ events, accepted, refusals }: Inference, stream: string, path: string): void {
  const count = (number: number) => number.toLocaleString('en-US');
  process.stdout.write(`wrote ${path}; it accepts ${count(accepted)} of the sample’s ${count(events)} events\n`);
  for (const refusal of refusals) process.stdout.write(`refused: ${refusal}\n`);
  const more = events - accepted - refusals.length;
  if (more > 0) process.stdout.write(`refused: ${count(more)} more\n`);
  process.stdout.write(
    `next: review it, add ${constantName(stream)} to the streams of weir.config.ts, and run weir accept\n`,
  );
}
