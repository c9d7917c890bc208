import type { Deployment } from './deployment.ts';

/** Every deployment by name: `npx cdk deploy --all -c deployment=prod`. Add your own here. */
export const deployments: readonly Deployment[] = [
  {
    name: 'dev',
    region: 'us-east-1',
    account: null,
    broker: { kind: 'serverless' },
    pollers: 'provisioned',
    batchWindowSeconds: 60,
    topics: {},
    incarnations: {},
    generate: true,
    warehouse: { baseRpu: 4, maxRpu: 8, dailyRpuHours: 8, everyTenMinutes: false, timeZone: 'Etc/UTC' },
    athenaScanLimitGigabytes: 10,
    keepData: false,
    logRetentionDays: 7,
    alarmEmail: null,
    github: null,
  },
  {
    name: 'prod',
    region: 'eu-west-1',
    account: null,
    broker: { kind: 'express', instanceType: 'express.m7g.large', brokers: 3 },
    pollers: 'provisioned',
    batchWindowSeconds: 60,
    topics: {},
    incarnations: {},
    generate: false,
    warehouse: { baseRpu: 8, maxRpu: 32, dailyRpuHours: 100, everyTenMinutes: false, timeZone: 'Etc/UTC' },
    athenaScanLimitGigabytes: 100,
    keepData: true,
    logRetentionDays: 90,
    alarmEmail: 'weir-alarms@example.com',
    github: { repository: 'example/weir', environment: 'prod' },
  },
];
