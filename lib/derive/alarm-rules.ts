import { type ReaderName, topicReaders } from './topic-readers.ts';

/** When to notify, as plain data: a deployment's alarms and the health of a local pipeline both follow from it. */
export interface AlarmRule {
  /** The alarm's id in its stack: `SinkLag`. */
  readonly id: string;
  /** The heading of its article in docs/runbook.md. */
  readonly article: string;
  /** The problem that it reports. */
  readonly means: string;
  /** The measured value, and its unit where it has one: `records that wait in a topic`. */
  readonly measured: string;
  /** A period without a value counts as 0. */
  readonly threshold: { readonly above: number } | { readonly below: number };
  readonly periodSeconds: number;
  /** How many consecutive periods. */
  readonly periods: number;
}

/** Whether a value breaks the rule. */
export const breaks = ({ threshold }: Pick<AlarmRule, 'threshold'>, value: number): boolean =>
  'above' in threshold ? value > threshold.above : value < threshold.below;

export const limitOf = ({ threshold }: Pick<AlarmRule, 'threshold'>): number =>
  'above' in threshold ? threshold.above : threshold.below;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const FIVE_MINUTES = 5 * MINUTE;

/** More than a minute at 1,000 events per second, the longest that a batch may wait. */
const MAX_WAITING_RECORDS = 100_000;
/** The share of a limit at which to notify, early enough to act. */
const USAGE_WARNING = 0.8;
const GIGABYTE = 1e9;

/** Five minutes, three times in a row, unless the rule says otherwise. */
function rule(
  id: string,
  given: Pick<AlarmRule, 'means' | 'measured' | 'threshold'> &
    Partial<Pick<AlarmRule, 'article' | 'periodSeconds' | 'periods'>>,
): AlarmRule {
  return { id, article: id, periodSeconds: FIVE_MINUTES, periods: 3, ...given };
}

/** The rules that every deployment shares. */
export const alarmRules = {
  recountErrors: rule('RecountErrors', {
    means: 'What live metrics lack is not counted from the lake.',
    measured: 'failed runs',
    threshold: { above: 0 },
  }),
  newestRowAge: rule('NewestRowAge', {
    means: 'Rows are in the lake late, even the newest of a batch.',
    measured: 'milliseconds from the newest record of a batch to its row',
    threshold: { above: 10 * MINUTE * 1000 },
  }),
  deadLetters: rule('DeadLetters', {
    means: 'Records arrived that their contract does not accept.',
    measured: 'dead letters',
    threshold: { above: 0 },
    periods: 1,
  }),
  scheduleNotCalled: rule('ScheduleNotCalled', {
    means: 'The scheduler could not call a function at its time.',
    measured: 'calls that were given up',
    threshold: { above: 0 },
    periods: 1,
  }),
  transformMissing: rule('TransformMissing', {
    means: 'No run of the models has come to its end for three hours.',
    measured: 'runs',
    threshold: { below: 1 },
    periodSeconds: HOUR,
  }),
  transformErrors: rule('TransformErrors', {
    means: 'Two runs of the models in a row ended early or not at all.',
    measured: 'failed runs',
    threshold: { above: 0 },
    periodSeconds: HOUR,
    periods: 2,
  }),
  transformFailures: rule('TransformFailures', {
    means: 'A model could not be run over an hour: what it publishes stays as it was, and so does all that reads it.',
    measured: 'hours of models',
    threshold: { above: 0 },
    periods: 1,
  }),
  dataTestFailures: rule('DataTestFailures', {
    means: 'Data broke a rule of its model, which was rolled back.',
    measured: 'hours of models',
    threshold: { above: 0 },
    periods: 1,
  }),
  transformLateness: rule('TransformLateness', {
    means: 'An hour that ended more than three hours ago is not wholly published.',
    measured: 'seconds since the end of the oldest unpublished hour',
    threshold: { above: 3 * HOUR },
    periodSeconds: HOUR,
    periods: 1,
  }),
  apiErrors: rule('ApiErrors', {
    means: 'The API fails: requests are answered with 5xx.',
    measured: 'answers with 5xx',
    threshold: { above: 0 },
  }),
  apiLatency: rule('ApiLatency', {
    means: 'The API is slow: one request in a hundred takes more than two seconds.',
    measured: 'milliseconds of an answer, 99th percentile',
    // A request of the dashboard takes about ten milliseconds.
    threshold: { above: 2000 },
  }),
  ingestRefused: rule('IngestRefused', {
    means: 'Clients keep sending events that their contract does not accept.',
    measured: 'refused events',
    threshold: { above: 0 },
  }),
  ingestUnacknowledged: rule('IngestUnacknowledged', {
    means: 'The brokers did not acknowledge events that clients sent by HTTP; the clients were answered so.',
    measured: 'unacknowledged events',
    threshold: { above: 0 },
    periods: 1,
  }),
} as const satisfies Readonly<Record<string, AlarmRule>>;

/** The rules that only a local pipeline evaluates: a deployment has other means, or nothing to watch. */
export const localRules = {
  trouble: rule('Trouble', {
    means: 'Something in the pipeline fails: it is retried, or it has stopped.',
    measured: 'current problems',
    threshold: { above: 0 },
    periods: 1,
  }),
  logUnreachable: rule('LogUnreachable', {
    means: 'The brokers do not answer: nothing is read or appended until they do.',
    measured: 'requests without an answer',
    threshold: { above: 0 },
    periods: 1,
  }),
  topicUnread: rule('TopicUnread', {
    means: 'No member of its consumer group reads a topic: its records wait.',
    measured: 'topics without a reader',
    threshold: { above: 0 },
    periods: 1,
  }),
  groupSilent: rule('GroupSilent', {
    means: 'A group of a metric has had no events for five windows, while others have.',
    measured: 'windows since the newest window of the group',
    threshold: { above: 5 },
    periods: 1,
  }),
  hourUnregistered: rule('HourUnregistered', {
    means: 'The lake has objects of an hour that the catalogue does not show, so no query reads them.',
    measured: 'hours with objects that are not in the catalogue',
    threshold: { above: 0 },
    periods: 1,
  }),
  diskSpace: rule('DiskSpace', {
    means: 'The disk of the data folder is nearly full; once it is full, nothing can be written.',
    measured: 'free bytes',
    threshold: { below: 512 * 1024 * 1024 },
    periods: 1,
  }),
} as const satisfies Readonly<Record<string, AlarmRule>>;

/** `SinkErrors`: a reader fails. */
export function readerErrors(reader: ReaderName): AlarmRule {
  const { failing: means } = topicReaders[reader];
  return rule(`${capitalised(reader)}Errors`, { means, measured: 'failed batches', threshold: { above: 0 } });
}

/** `SinkLag`: a reader falls behind. */
export function readerLag(reader: ReaderName): AlarmRule {
  const { lagging: means } = topicReaders[reader];
  return rule(`${capitalised(reader)}Lag`, {
    means,
    measured: 'records that wait in a topic',
    threshold: { above: MAX_WAITING_RECORDS },
  });
}

/**
 * No record has reached the sink. A mapping that is disabled or cannot connect reports neither errors, lag nor age; only
 * its stream falls silent.
 * @param suffix what makes the id that of one stream
 */
export function streamSilent(stream: string, minutes: number, suffix = ''): AlarmRule {
  return rule(`StreamSilent${suffix}`, {
    article: 'StreamSilent',
    means: `No record of ${stream} has reached the sink for ${minutes} minutes.`,
    measured: 'batches with records',
    threshold: { below: 1 },
    periods: (minutes * MINUTE) / FIVE_MINUTES,
  });
}

/** Calls that were accepted for a function and then dropped: throttled for an hour, or failed after the last retry. */
export function runsDropped(
  id: string,
  periods: Partial<Pick<AlarmRule, 'periodSeconds' | 'periods'>> = {},
): AlarmRule {
  return rule(id, {
    article: 'RunsDropped',
    means: 'Lambda dropped runs that the scheduler had handed over: they were throttled for an hour, or failed.',
    measured: 'dropped runs',
    threshold: { above: 0 },
    ...periods,
  });
}

export function storeMemory(maxStoreGigabytes: number): AlarmRule {
  return rule('StoreMemory', {
    means: 'The store of live metrics is almost full; when it is, live metrics stand still.',
    measured: 'bytes of the store',
    threshold: { above: maxStoreGigabytes * GIGABYTE * USAGE_WARNING },
    periods: 1,
  });
}

export function redshiftUsage(dailyRpuHours: number): AlarmRule {
  return rule('RedshiftUsage', {
    means: 'Most of what the warehouse may use in a day is used; at the limit queries are refused.',
    measured: 'RPU seconds of a day',
    threshold: { above: dailyRpuHours * HOUR * USAGE_WARNING },
    periodSeconds: DAY,
    periods: 1,
  });
}

const capitalised = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
