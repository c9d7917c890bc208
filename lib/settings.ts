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

/** Every setting: its name, default, unit and environment variable. Nothing else reads the environment of a pipeline. */
export const settings = {
  dataDir: folder(
    'WEIR_DATA_DIR',
    '.weir',
    'folder',
    'Where a laptop keeps topics, lake and catalogue. No * ? [ = in its path.',
  ),
  brokers: brokerList('WEIR_BROKERS', 'A Kafka cluster to use; empty means the embedded log.'),
  kafkaSessionSeconds: real(
    'WEIR_KAFKA_SESSION_SECONDS',
    6,
    'seconds',
    'Kafka gives the work of a process that has died to another one after this long.',
    [1, 300],
  ),
  kafkaCompression: oneOf(
    'WEIR_KAFKA_COMPRESSION',
    'none',
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    'Compression of the records that Weir sends to Kafka; it reads all of these. zstd needs Node 22.15.',
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
    'How to log in, where WEIR_KAFKA_SECURITY has sasl.',
  ),
  kafkaUsername: text('WEIR_KAFKA_USERNAME', '', 'text', 'Who logs in.'),
  kafkaPassword: secret('WEIR_KAFKA_PASSWORD', '', 'secret', 'The password, which is never shown.'),
  kafkaPasswordFile: text('WEIR_KAFKA_PASSWORD_FILE', '', 'file', 'A file with the password instead.'),
  kafkaCaFile: text(
    'WEIR_KAFKA_CA_FILE',
    '',
    'file',
    'The CA that signed the brokers’ certificates, in PEM form; the system’s CAs where not set.',
  ),
  kafkaCertificateFile: text(
    'WEIR_KAFKA_CERTIFICATE_FILE',
    '',
    'file',
    'The client’s certificate, in PEM form, where brokers want one.',
  ),
  kafkaKeyFile: text('WEIR_KAFKA_KEY_FILE', '', 'file', 'The key of the client’s certificate, in PEM form.'),
  kafkaAwsRegion: text(
    'WEIR_KAFKA_AWS_REGION',
    '',
    'region',
    'For aws-msk-iam, where the brokers’ names do not say it. Credentials are those of any AWS tool.',
  ),
  topics: perStream(
    'WEIR_TOPICS',
    'stream=topic,…',
    'Topics whose name is not the stream’s, to put Weir on existing ones.',
    (value) => (/^[a-zA-Z0-9._-]{1,249}$/.test(value) ? value : undefined),
  ),
  incarnations: perStream(
    'WEIR_INCARNATIONS',
    'stream=number,…',
    'Raised by one after a topic was deleted and created again; 0 where not named.',
    (value) => (/^\d{1,6}$/.test(value) ? Number(value) : undefined),
  ),
  batchSize: integer('WEIR_BATCH_SIZE', 10_000, 'records', 'Most records in one handler call.', [1, 10_000]),
  batchWindowSeconds: real(
    'WEIR_BATCH_WINDOW_SECONDS',
    5,
    'seconds',
    'Longest wait for a batch to fill. Shorter is fresher, longer makes fewer objects.',
    [0, 300],
  ),
  liveWindowSeconds: real(
    'WEIR_LIVE_WINDOW_SECONDS',
    0.2,
    'seconds',
    'The same for refinements and live metrics, on a laptop. Shorter is fresher, longer costs less.',
    [0, 300],
  ),
  maxPayloadBytes: integer(
    'WEIR_MAX_PAYLOAD_BYTES',
    6 * MEBIBYTE,
    'bytes',
    'Most bytes in one handler call, as Lambda counts them (base64).',
    [1024, 6 * MEBIBYTE],
  ),
  host: {
    ...text(
      'WEIR_HOST',
      '127.0.0.1',
      'address',
      'Where weir start serves HTTP. Other than this machine’s own need a token.',
    ),
    parse: (value: string) => {
      if (/^[\w.:-]{1,253}$/.test(value)) return value;
      throw new SettingError(`WEIR_HOST: expected an address or a name such as 0.0.0.0, found "${value}"`);
    },
  },
  port: optional(
    integer('WEIR_PORT', 0, 'port', 'Its port; where not set, 8470, or any free one if that is taken.', [0, 65_535]),
  ),
  token: {
    ...secret('WEIR_TOKEN', '', 'secret', 'What a request must bring then, as Authorization: Bearer. Never shown.'),
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
    'What DuckDB may use to write one object.',
    [64, 65_536],
  ),
  windowSeconds: integer(
    'WEIR_WINDOW_SECONDS',
    60,
    'seconds',
    'Length of the windows that purchases are summed over. Tables made with another length need weir rebuild.',
    [1, 86_400],
  ),
  metricRetentionHours: integer(
    'WEIR_METRIC_RETENTION_HOURS',
    48,
    'hours',
    'Windows of live metrics are kept for this much event time. The lake keeps them all.',
    [1, 8760],
  ),
  redisUrl: {
    ...text(
      'WEIR_REDIS_URL',
      '',
      'redis://host:port',
      'A Redis or Valkey for live metrics; empty means a file beside the lake.',
    ),
    parse: (value: string) => {
      if (/^rediss?:\/\/[^/]+/.test(value)) return value;
      throw new SettingError('WEIR_REDIS_URL: expected redis://host:port or rediss://host:port, found another text');
    },
  },
  redisMode: oneOf('WEIR_REDIS_MODE', 'cluster', ['cluster', 'single'], 'Whether that server is a cluster.'),
  redisPrefix: {
    ...text('WEIR_REDIS_PREFIX', 'weir', 'text', 'What the keys in it begin with: each data folder needs its own.'),
    parse: (value: string) => {
      if (/^[\w.-]{1,64}$/.test(value)) return value;
      throw new SettingError(`WEIR_REDIS_PREFIX: expected up to 64 letters, digits, . _ and -, found "${value}"`);
    },
  },
  transformEverySeconds: integer(
    'WEIR_TRANSFORM_EVERY_SECONDS',
    60,
    'seconds',
    'How often a laptop refreshes the tables of the SQL models; hours that have not changed cost nothing.',
    [1, 86_400],
  ),
  warehouseMemoryMegabytes: integer(
    'WEIR_WAREHOUSE_MEMORY_MB',
    1024,
    'megabytes',
    'What DuckDB may use to run the SQL models.',
    [128, 65_536],
  ),
  compactEverySeconds: integer(
    'WEIR_COMPACT_EVERY_SECONDS',
    600,
    'seconds',
    'How often weir start looks for hours whose many small objects it makes few; 0: never, weir compact does it then.',
    [0, 86_400],
  ),
  compactMemoryMegabytes: integer(
    'WEIR_COMPACT_MEMORY_MB',
    512,
    'megabytes',
    'What DuckDB may use to make a compacted object.',
    [128, 65_536],
  ),
  keepGenerationsHours: integer(
    'WEIR_KEEP_GENERATIONS_HOURS',
    24,
    'hours',
    'Objects that were compacted are kept so long, for whoever still reads them.',
    [2, 8760],
  ),
  logRetentionHours: integer(
    'WEIR_LOG_RETENTION_HOURS',
    168,
    'hours',
    'The embedded log drops older segments; a stream’s own retention where that is shorter.',
    [1, 8760],
  ),
  logMaxTopicMegabytes: integer(
    'WEIR_LOG_MAX_TOPIC_MB',
    1024,
    'megabytes',
    'The embedded log drops a topic’s oldest segments above this.',
    [16, 1_048_576],
  ),
  seed: optional(
    integer(
      'WEIR_SEED',
      0,
      'seed',
      'Makes the generators repeat themselves: the same seed, the same events. Random where not set.',
      [0, 2 ** 32 - 1],
    ),
  ),
  rate: real(
    'WEIR_RATE',
    1,
    'factor',
    'Generators make events this many times as fast as their streams’ own pace.',
    [0.001, 10_000],
  ),
} as const;

export type Settings = {
  readonly [K in keyof typeof settings]: (typeof settings)[K] extends Setting<infer T> ? T : never;
};

export type SettingName = keyof typeof settings;

/**
 * The effective settings: the default, replaced by the environment's variable where it is set and not empty.
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
