import { type Deployment, project } from '../../lib/index.ts';
import { ordersStream } from './streams/orders.ts';

/** Where `npx cdk deploy` brings it. Each has an AWS account and region of its own; others are chosen with `-c deployment=…`. */
const dev: Deployment = {
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
  // Redshift Serverless, for the models of sql/; null does without, and Athena asks the lake.
  warehouse: {
    baseRpu: 4,
    maxRpu: 4,
    dailyRpuHours: 8,
    everyTenMinutes: false,
    timeZone: 'Etc/UTC',
    readerRole: 'weir_reader',
    readersSeePersonalData: false,
  },
  // Live metrics and a REST API; null does without.
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
  // Streams that may be without records for any time: their silence rings no alarm.
  quietStreams: [],
  alarmEmail: null,
  monthlyBudgetDollars: 1200,
  github: null,
};

export default project({ streams: [ordersStream], models: 'sql', deployments: [dev] });
