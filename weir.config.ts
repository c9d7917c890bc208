import { type Deployment, project } from './lib/index.ts';
import { chat } from './streams/chat/index.ts';
import { people } from './streams/people/index.ts';
import { search } from './streams/search/index.ts';
import { shop } from './streams/shop/index.ts';

/** Every deployment by name: `npx cdk deploy --all -c deployment=prod`. Add your own here. */
const deployments: readonly Deployment[] = [
  {
    name: 'dev',
    region: 'us-east-1',
    account: null,
    zoneIds: null,
    broker: { kind: 'serverless' },
    pollers: 'provisioned',
    batchWindowSeconds: 60,
    topics: {},
    incarnations: {},
    generate: true,
    warehouse: {
      baseRpu: 4,
      maxRpu: 4,
      dailyRpuHours: 8,
      everyTenMinutes: false,
      timeZone: 'Etc/UTC',
      readerRole: 'weir_reader',
      readersSeePersonalData: false,
    },
    live: {
      auth: { kind: 'cognito', programs: true },
      dashboard: { priceClass: '100', webAclArn: null, clientId: null },
      batchWindowSeconds: 2,
      readsPerSecond: 50,
      writesPerSecond: 20,
      maxStoreGigabytes: 1,
      maxStoreUnitsPerSecond: 5000,
    },
    athenaScanLimitGigabytes: 10,
    keepData: false,
    logRetentionDays: 7,
    silenceAlarmMinutes: 30,
    quietStreams: [],
    alarmEmail: null,
    monthlyBudgetDollars: 1200,
    github: null,
  },
  {
    name: 'prod',
    region: 'eu-west-1',
    account: null,
    zoneIds: null,
    broker: { kind: 'express', instanceType: 'express.m7g.large', brokers: 3 },
    pollers: 'provisioned',
    batchWindowSeconds: 60,
    topics: {},
    incarnations: {},
    generate: false,
    warehouse: {
      baseRpu: 8,
      maxRpu: 32,
      dailyRpuHours: 100,
      everyTenMinutes: false,
      timeZone: 'Etc/UTC',
      readerRole: 'weir_reader',
      readersSeePersonalData: false,
    },
    live: {
      auth: { kind: 'cognito', programs: true },
      dashboard: { priceClass: '100', webAclArn: null, clientId: null },
      batchWindowSeconds: 2,
      readsPerSecond: 50,
      writesPerSecond: 20,
      maxStoreGigabytes: 1,
      maxStoreUnitsPerSecond: 5000,
    },
    athenaScanLimitGigabytes: 100,
    keepData: true,
    logRetentionDays: 90,
    silenceAlarmMinutes: 60,
    quietStreams: [],
    alarmEmail: 'weir-alarms@example.com',
    monthlyBudgetDollars: 1500,
    // Nobody's: 0 is no id.
    github: { repository: 'example@0/weir@0', environment: 'prod', oidcProvider: 'create' },
  },
];

export default project({ streams: [...chat, ...shop, ...people, ...search], models: 'sql', deployments });
