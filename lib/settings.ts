import {
  brokerList,
  folder,
  integer,
  oneOf,
  optional,
  perStream,
  real,
  type Setting,
  SettingError,
  secret,
  text,
} from './settings-kinds.ts';

export { type Setting, SettingError };

const MEBIBYTE = 1024 * 1024;

/** All settings: name, default, unit and environment variable. Nothing else reads a pipeline's environment. */
export const settings = {
  dataDir: folder(
    'WEIR_DATA_DIR',
    '.weir',
    'folder',
    'The local folder of topics, lake and catalogue. Its path must not contain * ? [ or =.',
  ),
  brokers: brokerList('WEIR_BROKERS', 'The Kafka cluster to use; if empty, the embedded log.'),
  kafkaSessionSeconds: real(
    'WEIR_KAFKA_SESSION_SECONDS',
    6,
    'seconds',
    'How long Kafka waits for a process that stopped responding before it reassigns its partitions.',
    [1, 300],
  ),
  kafkaCompression: oneOf(
    'WEIR_KAFKA_COMPRESSION',
    'none',
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    'Compression of records sent to Kafka. All of these can be read. zstd needs Node 22.15.',
  ),
  kafkaSecurity: oneOf(
    'WEIR_KAFKA_SECURITY',
    'plaintext',
    ['plaintext', 'ssl', 'sasl_plaintext', 'sasl_ssl'],
    'Kafka’s security.protocol: TLS (ssl), a login (sasl), both, or neither.',
  ),
  kafkaSaslMechanism: oneOf(
    'WEIR_KAFKA_SASL_MECHANISM',
    'scram-sha-512',
    ['plain', 'scram-sha-256', 'scram-sha-512', 'aws-msk-iam'],
    'The SASL mechanism, if WEIR_KAFKA_SECURITY uses sasl.',
  ),
  kafkaUsername: text('WEIR_KAFKA_USERNAME', '', 'text', 'The user name.'),
  kafkaPassword: secret('WEIR_KAFKA_PASSWORD', '', 'secret', 'The password. Never shown.'),
  kafkaPasswordFile: text(
    'WEIR_KAFKA_PASSWORD_FILE',
    '',
    'file',
    'A file that contains the password, instead of WEIR_KAFKA_PASSWORD.',
  ),
  kafkaCaFile: text(
    'WEIR_KAFKA_CA_FILE',
    '',
    'file',
    'The CA of the brokers’ certificates, in PEM format; by default, the system’s CAs.',
  ),
  kafkaCertificateFile: text(
    'WEIR_KAFKA_CERTIFICATE_FILE',
    '',
    'file',
    'The client certificate, in PEM format, if the brokers require one.',
  ),
  kafkaKeyFile: text('WEIR_KAFKA_KEY_FILE', '', 'file', 'The key of the client certificate, in PEM format.'),
  kafkaAwsRegion: text(
    'WEIR_KAFKA_AWS_REGION',
    '',
    'region',
    'The region for aws-msk-iam, if broker names do not contain it. Uses the default AWS credentials.',
  ),
  topics: perStream(
    'WEIR_TOPICS',
    'stream=topic,…',
    'Topics whose names differ from their streams’, to use existing topics.',
    (value) => (/^[a-zA-Z0-9._-]{1,249}$/.test(value) ? value : undefined),
  ),
  incarnations: perStream(
    'WEIR_INCARNATIONS',
    'stream=number,…',
    'Increase by one after a topic was deleted and recreated; 0 by default.',
    (value) => (/^\d{1,6}$/.test(value) ? Number(value) : undefined),
  ),
  batchSize: integer('WEIR_BATCH_SIZE', 10_000, 'records', 'Maximum records in one handler call.', [1, 10_000]),
  batchWindowSeconds: real(
    'WEIR_BATCH_WINDOW_SECONDS',
    5,
    'seconds',
    'Maximum wait for a batch to fill. Shorter is fresher; longer makes fewer objects.',
    [0, 300],
  ),
  liveWindowSeconds: real(
    'WEIR_LIVE_WINDOW_SECONDS',
    0.2,
    'seconds',
    'The same for local refinements and live metrics. Shorter is fresher; longer costs less.',
    [0, 300],
  ),
  maxPayloadBytes: integer(
    'WEIR_MAX_PAYLOAD_BYTES',
    6 * MEBIBYTE,
    'bytes',
    'Maximum bytes in one handler call, as Lambda counts them (base64).',
    [1024, 6 * MEBIBYTE],
  ),
  host: {
    ...text(
      'WEIR_HOST',
      '127.0.0.1',
      'address',
      'The address where weir start serves HTTP. Addresses other than loopback require a token.',
    ),
    parse: (value: string) => {
      if (/^[\w.:-]{1,253}$/.test(value)) return value;
      throw new SettingError(`WEIR_HOST: expected an address or a name such as 0.0.0.0, found "${value}"`);
    },
  },
  port: optional(
    integer('WEIR_PORT', 0, 'port', 'The HTTP port; by default 8470, or any free port if it is taken.', [0, 65_535]),
  ),
  token: {
    ...secret(
      'WEIR_TOKEN',
      '',
      'secret',
      'The token that requests must send then, as Authorization: Bearer. Never shown.',
    ),
    parse: (value: string) => {
      if (/^[\x21-\x7e]{16,256}$/.test(value)) return value;
      throw new SettingError('WEIR_TOKEN: expected 16 to 256 visible ASCII characters, found another text');
    },
  },
  parquetCodec: oneOf('WEIR_PARQUET_CODEC', 'snappy', ['snappy', 'zstd'], 'Compression of the lake’s objects.'),
  duckdbMemoryMegabytes: integer(
    'WEIR_DUCKDB_MEMORY_MB',
    256,
    'megabytes',
    'DuckDB’s memory limit for writing one object.',
    [64, 65_536],
  ),
  windowSeconds: integer(
    'WEIR_WINDOW_SECONDS',
    60,
    'seconds',
    'Length of the windows over which purchases are summed. After a change, run weir rebuild.',
    [1, 86_400],
  ),
  metricRetentionHours: integer(
    'WEIR_METRIC_RETENTION_HOURS',
    48,
    'hours',
    'How much event time live metrics keep their windows for. The lake keeps all events.',
    [1, 8760],
  ),
  redisUrl: {
    ...text(
      'WEIR_REDIS_URL',
      '',
      'redis://host:port',
      'A Redis or Valkey server for live metrics; if empty, a file beside the lake.',
    ),
    parse: (value: string) => {
      if (/^rediss?:\/\/[^/]+/.test(value)) return value;
      throw new SettingError('WEIR_REDIS_URL: expected redis://host:port or rediss://host:port, found another text');
    },
  },
  redisMode: oneOf('WEIR_REDIS_MODE', 'cluster', ['cluster', 'single'], 'Whether that server is a cluster.'),
  redisPrefix: {
    ...text('WEIR_REDIS_PREFIX', 'weir', 'text', 'The prefix of its keys. Each data folder needs its own.'),
    parse: (value: string) => {
      if (/^[\w.-]{1,64}$/.test(value)) return value;
      throw new SettingError(`WEIR_REDIS_PREFIX: expected up to 64 letters, digits, . _ and -, found "${value}"`);
    },
  },
  transformEverySeconds: integer(
    'WEIR_TRANSFORM_EVERY_SECONDS',
    60,
    'seconds',
    'How often weir start refreshes the tables of the SQL models. Unchanged hours cost nothing.',
    [1, 86_400],
  ),
  warehouseMemoryMegabytes: integer(
    'WEIR_WAREHOUSE_MEMORY_MB',
    1024,
    'megabytes',
    'DuckDB’s memory limit for running the SQL models.',
    [128, 65_536],
  ),
  healthPeriodSeconds: integer(
    'WEIR_HEALTH_PERIOD_SECONDS',
    300,
    'seconds',
    'The length of the periods over which weir start evaluates its health rules.',
    [1, 86_400],
  ),
  compactEverySeconds: integer(
    'WEIR_COMPACT_EVERY_SECONDS',
    600,
    'seconds',
    'How often weir start compacts small objects; 0 disables it, and weir compact does it on demand.',
    [0, 86_400],
  ),
  compactMemoryMegabytes: integer(
    'WEIR_COMPACT_MEMORY_MB',
    512,
    'megabytes',
    'DuckDB’s memory limit for compaction.',
    [128, 65_536],
  ),
  keepGenerationsHours: integer(
    'WEIR_KEEP_GENERATIONS_HOURS',
    24,
    'hours',
    'How long compacted objects are kept, so that running queries can finish.',
    [2, 8760],
  ),
  logRetentionHours: integer(
    'WEIR_LOG_RETENTION_HOURS',
    168,
    'hours',
    'The embedded log drops segments older than this, or than the stream’s retention if that is shorter.',
    [1, 8760],
  ),
  logMaxTopicMegabytes: integer(
    'WEIR_LOG_MAX_TOPIC_MB',
    1024,
    'megabytes',
    'The embedded log drops a topic’s oldest segments above this size.',
    [16, 1_048_576],
  ),
  seed: optional(
    integer(
      'WEIR_SEED',
      0,
      'seed',
      'Makes the generators repeatable: the same seed makes the same events. Random by default.',
      [0, 2 ** 32 - 1],
    ),
  ),
  rate: real('WEIR_RATE', 1, 'factor', 'Multiplies the rate at which generators make events.', [0.001, 10_000]),
} as const;

export type Settings = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never;
};

export type SettingName = keyof typeof settings;

/**
 * The effective settings: each default, or the environment variable if it is set and not empty.
 * @throws SettingError naming the variable, what was expected and what was found; also for an unknown `WEIR_` variable.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const known = new Set(Object.values(settings).map((setting) => setting.variable));
  const unknown = Object.keys(environment).find((name) => name.startsWith('WEIR_') && !known.has(name));
  if (unknown !== undefined) {
    throw new SettingError(`${unknown}: no such setting; expected one of ${[...known].sort().join(', ')}`);
  }
  const values = Object.entries(settings).map(([name, setting]) => {
    const given = environment[setting.variable];
    return [name, given === undefined || given === '' ? setting.default : setting.parse(given)];
  });
  return Object.fromEntries(values) as Settings;
}
