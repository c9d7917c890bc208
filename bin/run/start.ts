import { systemClock } from '../../lib/adapters/system-clock.ts';
import { healthRoutes } from '../../lib/api/health-routes.ts';
import { served } from '../../lib/api/route.ts';
import type { StreamStatus } from '../../lib/api/stream-status.ts';
import { count } from '../../lib/local/display/status-lines.ts';
import { openPipelineLog } from '../../lib/local/event-log.ts';
import { exampleEvents } from '../../lib/local/example-events.ts';
import { type DataFolder, dataFolder } from '../../lib/local/folder/data-folder.ts';
import { localHealth } from '../../lib/local/health/local-health.ts';
import { runbookText } from '../../lib/local/health/runbook-text.ts';
import type { WatchedRules } from '../../lib/local/health/watch-rules.ts';
import { type OpenTroubles, openTroubles } from '../../lib/local/open-troubles.ts';
import { type Pipeline, type StoppedTopic, startPipeline } from '../../lib/local/pipeline.ts';
import { laptopRoutes } from '../../lib/local/server/laptop-routes.ts';
import { assertGuarded, type LocalServer, localServer } from '../../lib/local/server/local-server.ts';
import { shownSettings } from '../../lib/local/shown-settings.ts';
import type { Notice } from '../../lib/local/trouble-report.ts';
import type { EventLog } from '../../lib/pipeline/ports.ts';
import type { LocatedProject } from '../../lib/project.ts';
import type { Settings } from '../../lib/settings.ts';
import { aborted, interruptible } from '../interrupt.ts';
import { type Screen, screen } from '../screen.ts';
import { effectiveSettings } from '../setting-options.ts';

export interface StartOptions extends Partial<Settings> {
  readonly generate: boolean;
  readonly once?: boolean;
}

/** How long work in flight may take to finish; a whole stop takes at most five seconds. */
const STOP_MS = 2500;
const CLOSE_MS = 500;

/** `weir start`. Returns the exit code once the pipeline has stopped. */
export async function start(project: LocatedProject, options: StartOptions): Promise<number> {
  const settings = effectiveSettings(options, project.contracts);
  assertGuarded(settings);
  const folder = dataFolder(settings.dataDir);
  const display = screen(process.stdout);
  const warn = (line: string) => display.say(`note: ${line}`);
  const troubles = openTroubles();
  const notify = (notice: Notice) => {
    troubles.add(notice);
    display.say(noticeLine(notice));
  };
  const stop = interruptible(() => display.say('stopping: finishing work in flight (Ctrl-C again exits at once)'));

  const log = await openPipelineLog({
    folder,
    settings,
    clock: systemClock,
    warn,
  });
  const generate = options.generate && !options.once;
  display.say(headline(settings, generate, options.once ?? false));
  try {
    const starting = startPipeline({ ...project, folder, settings, log, clock: systemClock, generate, notify, warn });
    // Connecting to an unreachable cluster takes longer than a stop may; its error no longer matters.
    const pipeline = await Promise.race([starting, aborted(stop).then(() => withTimeout(STOP_MS, starting))]);
    if (pipeline === null) display.say('stopped before the pipeline had started');
    const once = options.once ?? false;
    const stopped =
      pipeline && (await run(pipeline, { project, settings, troubles, warn, log, folder, display, stop, once }));
    for (const { topic, reason } of stopped ?? []) process.stderr.write(`weir start: topic ${topic}: ${reason}\n`);
    return stopped === null || stopped.length === 0 ? 0 : 1;
  } finally {
    await withTimeout(CLOSE_MS, log.close());
    // Requests that still wait for a broker or a disk must not keep the process alive.
    setTimeout(() => process.exit(), 0).unref();
  }
}

interface Run {
  readonly project: LocatedProject;
  readonly settings: Settings;
  readonly troubles: OpenTroubles;
  readonly warn: (line: string) => void;
  readonly log: EventLog;
  readonly folder: DataFolder;
  readonly display: Screen;
  readonly stop: AbortSignal;
  readonly once: boolean;
}

/** Returns the topics that cannot continue, if the pipeline runs with `--once`. */
async function run(pipeline: Pipeline, options: Run): Promise<readonly StoppedTopic[]> {
  const { display, stop, once } = options;
  let stopped: readonly StoppedTopic[] = [];
  const workOff = async () => {
    stopped = await pipeline.drain();
    await pipeline.refresh();
  };
  const showing = new AbortController();
  let shown: Promise<void> | undefined;
  let server: LocalServer | undefined;
  const health = localHealth({
    ...{ folder: options.folder, settings: options.settings, contracts: options.project.contracts, log: options.log },
    ...{ pipeline, troubles: options.troubles.list, clock: systemClock, signal: showing.signal },
  });
  try {
    server = await serve(pipeline, options, health);
    shown = show(pipeline, display, showing.signal);
    await Promise.race([aborted(stop), ...(once ? [workOff()] : [])]);
  } finally {
    const closing = withTimeout(STOP_MS, Promise.resolve(server?.close()));
    await pipeline.stop(STOP_MS);
    showing.abort();
    await Promise.all([closing, withTimeout(CLOSE_MS, Promise.all([shown, health.stopped]))]);
  }
  const streams = await withTimeout(CLOSE_MS, pipeline.status());
  if (streams !== null) display.status(streams, systemClock.now());
  display.end();
  display.say(stopLine(streams ?? []));
  return stopped;
}

async function serve(pipeline: Pipeline, options: Run, health: WatchedRules): Promise<LocalServer> {
  const { project, folder, log, troubles, warn, display, once } = options;
  // A user of --once does not need the address; other commands read it from its file.
  const port = options.settings.port ?? (once ? 0 : null);
  const settings = { ...options.settings, port };
  const server = await localServer({
    project,
    settings,
    file: folder.pipelineFile,
    log,
    clock: systemClock,
    pipeline,
    laptop: [
      ...laptopRoutes({
        ...{ folder, settings, contracts: project.contracts, refinements: project.refinements },
        ...{ modelsDir: project.modelsDir, clock: systemClock },
        ...{ examples: exampleEvents(project.contracts, project.generators, systemClock.now()) },
        ...{ live: pipeline.live, store: pipeline.store, runs: pipeline.models },
      }),
      ...served(healthRoutes, { rules: health.list, settings: shownSettings(settings), runbook: runbookText }),
    ],
    troubles: troubles.list,
    warn,
  });
  if (!once || options.settings.port !== null) {
    display.say(`weir: dashboard at ${server.url}dashboard/, REST API at ${server.url}`);
  }
  return server;
}

/** The promise's value, or null if it takes longer or fails: a stop waits for no broker. */
function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  return Promise.race([promise.catch(() => null), systemClock.sleep(ms).then(() => null)]);
}

async function show(pipeline: Pipeline, display: Screen, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const beganMs = systemClock.now();
    try {
      display.status(await pipeline.status(), systemClock.now());
    } catch {
      // The mapping that cannot read reports it.
    }
    // A slow cluster should not get more of these requests.
    await systemClock.sleep(Math.max(display.everyMs, 5 * (systemClock.now() - beganMs)), signal);
  }
}

function stopLine(streams: readonly StreamStatus[]): string {
  const waiting = streams.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
  return waiting === 0 ? 'stopped' : `stopped; ${count(waiting)} events remain on the topics for the next start`;
}

function headline({ dataDir, brokers }: Settings, generate: boolean, once: boolean): string {
  const log = brokers === '' ? 'embedded log' : `Kafka at ${brokers}`;
  const events = generate ? 'generating example events' : 'no example events';
  const end = once ? 'exits when all events are in the lake and tables' : 'Ctrl-C stops';
  return `weir: data in ${dataDir}, ${log}, ${events}; ${end}`;
}

function noticeLine({ kind, what, message }: Notice): string {
  const line = message.replaceAll(/\s*\n\s*/g, ' ');
  switch (kind) {
    case 'recovered':
      return `recovered: ${what}`;
    case 'trouble':
      return `trouble: ${what}: ${line} (retrying)`;
    case 'stopped':
      return `stopped: ${what}: ${line}`;
    default:
      return kind satisfies never;
  }
}
