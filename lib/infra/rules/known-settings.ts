import type { ApiAuth, Broker, Dashboard, Deployment, IssuedTokens, Live, Warehouse } from '../deployment.ts';
import { DeploymentError } from '../deployment-error.ts';

/** The types of settings. */
const kinds = {
  'a text': (value: unknown) => typeof value === 'string',
  'a text, or null': (value: unknown) => value === null || typeof value === 'string',
  'a number': (value: unknown) => typeof value === 'number',
  'true or false': (value: unknown) => typeof value === 'boolean',
  'a list of texts': (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of texts, or null': (value: unknown) =>
    value === null || (Array.isArray(value) && value.every((one) => typeof one === 'string')),
  'texts by stream': (value: unknown) =>
    isRecord(value) && Object.values(value).every((one) => typeof one === 'string'),
  'numbers by stream': (value: unknown) =>
    isRecord(value) && Object.values(value).every((one) => typeof one === 'number'),
  'a record': isRecord,
  'a record, or null': (value: unknown) => value === null || isRecord(value),
};

/** The settings of a union, by kind. */
type KindSettings<Kind extends string> = { readonly [One in Kind]: Readonly<Record<string, keyof typeof kinds>> };

/** Requires every key of `T`: a setting that is missing here does not compile. */
type Settings<T> = { readonly [Name in keyof Required<T>]: keyof typeof kinds };

const deploymentSettings: Settings<Deployment> = {
  name: 'a text',
  region: 'a text',
  account: 'a text, or null',
  zoneIds: 'a list of texts, or null',
  broker: 'a record',
  pollers: 'a text',
  batchWindowSeconds: 'a number',
  topics: 'texts by stream',
  incarnations: 'numbers by stream',
  generate: 'true or false',
  warehouse: 'a record, or null',
  live: 'a record, or null',
  athenaScanLimitGigabytes: 'a number',
  keepData: 'true or false',
  logRetentionDays: 'a number',
  silenceAlarmMinutes: 'a number',
  quietStreams: 'a list of texts',
  alarmEmail: 'a text, or null',
  monthlyBudgetDollars: 'a number',
  github: 'a record, or null',
};

const warehouseSettings: Settings<Warehouse> = {
  baseRpu: 'a number',
  maxRpu: 'a number',
  dailyRpuHours: 'a number',
  everyTenMinutes: 'true or false',
  timeZone: 'a text',
  readerRole: 'a text',
  readersSeePersonalData: 'true or false',
};

const liveSettings: Settings<Live> = {
  auth: 'a record',
  dashboard: 'a record, or null',
  batchWindowSeconds: 'a number',
  readsPerSecond: 'a number',
  writesPerSecond: 'a number',
  maxStoreGigabytes: 'a number',
  maxStoreUnitsPerSecond: 'a number',
};

const dashboardSettings: Settings<Dashboard> = {
  priceClass: 'a text',
  webAclArn: 'a text, or null',
  clientId: 'a text, or null',
};

/** The settings of each kind of credential. */
const authSettings: KindSettings<ApiAuth['kind']> = {
  cognito: { kind: 'a text', programs: 'true or false' } satisfies Settings<Extract<ApiAuth, { kind: 'cognito' }>>,
  iam: { kind: 'a text' },
  jwt: { kind: 'a text', issuer: 'a text', audience: 'a list of texts' } satisfies Settings<IssuedTokens>,
};

const githubSettings: Settings<NonNullable<Deployment['github']>> = {
  repository: 'a text',
  environment: 'a text',
  oidcProvider: 'a text',
};

const expressSettings = { kind: 'a text', instanceType: 'a text', brokers: 'a number' } as const;

/** The settings of each kind of broker; all are required. */
const brokerSettings: KindSettings<Broker['kind']> = {
  serverless: { kind: 'a text' },
  express: expressSettings,
  standard: { ...expressSettings, storageGibibytes: 'a number' },
  existing: {
    kind: 'a text',
    clusterArn: 'a text',
    bootstrapServers: 'a text',
    vpcId: 'a text',
    availabilityZones: 'a list of texts',
    subnetIds: 'a list of texts',
    securityGroupId: 'a text',
    createTopics: 'true or false',
  } satisfies Settings<Extract<Broker, { kind: 'existing' }>>,
};

/** @throws DeploymentError for the first setting that is unknown, missing, or of the wrong type. */
export function assertKnownSettings(deployment: Deployment): void {
  const { name, broker, warehouse, live, github } = deployment;
  const assertSettings = (where: string, found: object, expected: Readonly<Record<string, keyof typeof kinds>>) => {
    const trouble = nameTrouble(found, expected) ?? kindTrouble(found, expected);
    if (trouble !== null) {
      throw new DeploymentError(`deployment ${name}: ${where}: ${trouble} in weir.config.ts`);
    }
  };
  assertSettings('settings', deployment, deploymentSettings);
  const assertOfKind = (where: string, found: { readonly kind: string }, known: KindSettings<string>) => {
    const expected = Object.hasOwn(known, found.kind) ? known[found.kind] : undefined;
    if (expected === undefined) {
      const kind = JSON.stringify(found.kind) ?? 'nothing';
      const all = Object.keys(known).join(', ');
      throw new DeploymentError(`deployment ${name}: ${where}.kind: expected one of ${all}, found ${kind}; correct it`);
    }
    assertSettings(`${where} (${found.kind})`, found, expected);
  };
  assertOfKind('broker', broker, brokerSettings);
  if (warehouse !== null) assertSettings('warehouse', warehouse, warehouseSettings);
  if (live !== null) {
    assertSettings('live', live, liveSettings);
    assertOfKind('live.auth', live.auth, authSettings);
    if (live.dashboard !== null) assertSettings('live.dashboard', live.dashboard, dashboardSettings);
  }
  if (github !== null) assertSettings('github', github, githubSettings);
}

function nameTrouble(found: object, expected: object): string | null {
  const names = Object.keys(expected);
  const unknown = Object.keys(found).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return `expected ${names.join(', ')}; found "${unknown}"; remove it, or correct its spelling`;
  }
  const missing = names.find((name) => !(name in found));
  return missing === undefined ? null : `expected ${names.join(', ')}; found no "${missing}"; add it`;
}

function kindTrouble(found: object, expected: Readonly<Record<string, keyof typeof kinds>>): string | null {
  const values = new Map<string, unknown>(Object.entries(found));
  const wrong = Object.entries(expected).find(([name, kind]) => !kinds[kind](values.get(name)));
  if (wrong === undefined) return null;
  const [name, kind] = wrong;
  return `${name}: expected ${kind}, found ${JSON.stringify(values.get(name)) ?? 'nothing'}; correct it`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
