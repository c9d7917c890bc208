import { describe, expect, it } from 'vitest';
import { string } from '../../lib/contracts/contract.ts';
import { releasedContract } from '../../lib/derive/released.ts';
import { checkDeployment } from '../../lib/infra/check-deployment.ts';
import type { Deployment } from '../../lib/infra/deployment.ts';
import { DeploymentError } from '../../lib/infra/deployment-error.ts';
import {
  assertFieldsAreRecorded,
  assertReleasedAreServed,
  assertVersions,
  selectDeployment,
} from '../../lib/infra/select-deployment.ts';
import { contracts } from '../fixtures/eleven-streams.ts';
import { deployments } from '../support/fixture-project.ts';
import { brokers, byUserPool, dev, prod } from '../support/synthesised.ts';

const warehouse = {
  baseRpu: 8,
  maxRpu: 16,
  dailyRpuHours: 10,
  everyTenMinutes: false,
  timeZone: 'Europe/Madrid',
  readerRole: 'weir_reader',
  readersSeePersonalData: false,
};

const { live } = dev;
const dashboard = { priceClass: '100', webAclArn: null, clientId: null };

function refusal(change: object): string {
  try {
    checkDeployment({ ...dev, ...change } as Deployment, contracts);
  } catch (error) {
    if (error instanceof DeploymentError) return error.message;
    throw error;
  }
  throw new Error('expected a refusal, found none');
}

describe('a deployment that cannot work is refused before anything is synthesised', () => {
  it.each([
    ['an unknown setting', { brokr: {} }, /expected .*broker.*; found "brokr"; remove it/],
    ['a setting that is missing', { broker: { kind: 'express', brokers: 3 } }, /found no "instanceType"; add it/],
    [
      'an unknown setting of the broker',
      { broker: { kind: 'serverless', brokers: 3 } },
      /broker \(serverless\).*found "brokers"/,
    ],
    [
      'an unknown kind of broker',
      { broker: { kind: 'confluent' } },
      /expected one of serverless, express.*found "confluent"/,
    ],
    [
      'a number written as a text',
      { batchWindowSeconds: '60' },
      /settings: batchWindowSeconds: expected a number, found "60"; correct it/,
    ],
    ['a setting that is undefined', { topics: undefined }, /topics: expected texts by stream, found nothing/],
    ['a warehouse that is a flag', { warehouse: true }, /warehouse: expected a record, or null, found true/],
    ['a broker that is a text', { broker: 'serverless' }, /broker: expected a record, found "serverless"/],
    [
      'a provider that is neither made nor there',
      { github: { repository: 'a/b', environment: 'dev', oidcProvider: 'mine' } },
      /github.oidcProvider: expected create, or existing .*found "mine"; look with/,
    ],
    [
      'a repository with one id of two',
      { github: { repository: 'a@1/b', environment: 'dev', oidcProvider: 'create' } },
      /github.repository: expected owner@id\/name@id, or .*found "a@1\/b"; take it from gh api repos/,
    ],
    [
      'an environment without a name',
      { github: { repository: 'a@1/b@2', environment: '', oidcProvider: 'create' } },
      /github.environment: expected the name of .*found ""/,
    ],
    ['a setting of GitHub that is missing', { github: { repository: 'a/b' } }, /github: .*found no "environment"/],
    [
      'subnets written as one text',
      { broker: { ...brokers.existing, subnetIds: 'subnet-1' } },
      /broker \(existing\): subnetIds: expected a list of texts, found "subnet-1"/,
    ],
    [
      'a silence that CloudWatch cannot measure',
      { silenceAlarmMinutes: 2000 },
      /silenceAlarmMinutes: expected a multiple of 5 .*found 2000/,
    ],
    [
      'a silence between two measurements',
      { silenceAlarmMinutes: 7 },
      /silenceAlarmMinutes: expected a multiple of 5 .*found 7;/,
    ],
    ['a quiet stream that there is not', { quietStreams: ['shop.nothing'] }, /quietStreams: .*found "shop.nothing"/],
    ['a name with a dash', { name: 'my-dev' }, /name: expected a lower-case letter.*found "my-dev"/],
    ['a region that there is not', { region: 'mars-1' }, /region: expected an AWS region.*found "mars-1"/],
    ['a region without MSK Serverless', { region: 'af-south-1' }, /MSK Serverless.*found "af-south-1"; choose/],
    [
      'a region without Redshift Serverless',
      { region: 'me-south-1', broker: brokers.express },
      /a region with Redshift Serverless in three zones, found "me-south-1"; choose another region, or warehouse: null/,
    ],
    [
      'a region of two zones',
      { region: 'us-west-1', broker: brokers.express, warehouse: null },
      /region: expected a region where brokers get three zones, found "us-west-1"/,
    ],
    ['two zones', { zoneIds: ['use1-az1', 'use1-az2'] }, /zoneIds: expected ids of 3 different zones.*take them from/],
    ['a zone twice', { zoneIds: ['use1-az1', 'use1-az2', 'use1-az1'] }, /zoneIds: expected ids of 3 different zones/],
    ['zones by letter', { zoneIds: ['us-east-1a', 'us-east-1b', 'us-east-1c'] }, /zoneIds: expected ids/],
    ['a zone without brokers', { zoneIds: ['use1-az1', 'use1-az2', 'use1-az3'] }, /not use1-az3, found "use1-az3"/],
    [
      'zones of a region that Weir has no list for',
      { region: 'eu-south-2', broker: brokers.express, warehouse: null },
      /zoneIds: expected ids of 3 different zones.*or null in us-east-1, .*--region eu-south-2/,
    ],
    [
      'zones beside a network of others',
      { broker: brokers.existing, zoneIds: ['use1-az1', 'use1-az2', 'use1-az4'] },
      /zoneIds: expected null with existing brokers/,
    ],
    [
      'a way up from 4 RPU, which is none back',
      { warehouse: { ...warehouse, baseRpu: 4, maxRpu: 8 } },
      /maxRpu: expected 4 at baseRpu 4.*found 8; set maxRpu: 4, or baseRpu: 8/,
    ],
    [
      '4 RPU where Redshift has none',
      { region: 'eu-west-2', warehouse: { ...warehouse, baseRpu: 4, maxRpu: 4 } },
      /baseRpu: expected 8 or more outside of us-east-1.*found 4/,
    ],
    ['an account that is none', { account: '123' }, /account: expected twelve digits.*found "123"/],
    ['a window that Lambda does not take', { batchWindowSeconds: 301 }, /batchWindowSeconds.*found 301/],
    [
      'live metrics without a setting',
      { live: { auth: { kind: 'iam' }, dashboard: null } },
      /live: .*found no "batchWindowSeconds"; add it/,
    ],
    [
      'an unknown credential',
      { live: { ...live, auth: { kind: 'none' } } },
      /live\.auth\.kind: expected one of cognito, iam, jwt/,
    ],
    [
      'a user pool whose domain Cognito refuses',
      { name: 'awsdev', live: { ...live, auth: { kind: 'cognito', programs: true } } },
      /name: expected a name without "aws".*found "awsdev"/,
    ],
    [
      'a dashboard without sign-in',
      { live: { ...live, dashboard } },
      /live\.dashboard: expected null with live\.auth iam/,
    ],
    [
      'a dashboard without a setting',
      { live: { ...byUserPool, dashboard: { priceClass: '100' } } },
      /live\.dashboard: .*found no "webAclArn"/,
    ],
    [
      'a dashboard of an issuer that does not know it',
      { live: { ...prod.live, dashboard } },
      /live\.dashboard\.clientId: expected the id of a public client of live\.auth\.issuer, found null/,
    ],
    [
      'another client than that of the user pool',
      { live: { ...byUserPool, dashboard: { ...dashboard, clientId: 'mine' } } },
      /live\.dashboard\.clientId: expected null without an issuer of your own, found "mine"/,
    ],
    [
      'a price class that CloudFront does not have',
      { live: { ...byUserPool, dashboard: { ...dashboard, priceClass: '300' } } },
      /live\.dashboard\.priceClass: expected 100, 200 or all, found "300"/,
    ],
    [
      'a web ACL of a region',
      {
        live: {
          ...byUserPool,
          dashboard: { ...dashboard, webAclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b' },
        },
      },
      /live\.dashboard\.webAclArn: expected the ARN of a web ACL for CloudFront, in us-east-1/,
    ],
    [
      'a user pool without a client',
      { live: { ...live, auth: { kind: 'cognito', programs: false } } },
      /live\.auth\.programs: expected true/,
    ],
    [
      'an issuer without TLS',
      { live: { ...live, auth: { kind: 'jwt', issuer: 'http://issuer.example.com', audience: ['weir'] } } },
      /live\.auth\.issuer: expected an https address/,
    ],
    [
      'tokens for nobody',
      { live: { ...live, auth: { kind: 'jwt', issuer: 'https://issuer.example.com', audience: [] } } },
      /live\.auth\.audience: expected at least one name/,
    ],
    [
      'a live window that Lambda does not take',
      { live: { ...live, batchWindowSeconds: 0.2 } },
      /live\.batchWindowSeconds/,
    ],
    ['no reads', { live: { ...live, readsPerSecond: 0 } }, /live\.readsPerSecond/],
    [
      'more writes than brokers take connections',
      { live: { ...live, writesPerSecond: 301 } },
      /live\.writesPerSecond: expected a whole number from 1 to 300.*found 301/,
    ],
    ['a store of nothing', { live: { ...live, maxStoreGigabytes: 0 } }, /live\.maxStoreGigabytes/],
    ['a store that may not work', { live: { ...live, maxStoreUnitsPerSecond: 999 } }, /live\.maxStoreUnitsPerSecond/],
    ['an odd number of brokers', { broker: { ...brokers.express, brokers: 4 } }, /multiple of 3.*found 4/],
    [
      'an instance of the other kind',
      { broker: { ...brokers.express, instanceType: 'kafka.m7g.large' } },
      /a size of express\.m7g, as express brokers have, found "kafka\.m7g\.large"; take express/,
    ],
    [
      'an instance that MSK makes no new clusters of',
      { broker: { ...brokers.standard, instanceType: 'kafka.t3.small' } },
      /a size of kafka\.m7g or kafka\.m5, as standard brokers have, found "kafka\.t3\.small"; take kafka\.m7g\.large/,
    ],
    ['Standard brokers without a disk', { broker: { ...brokers.standard, storageGibibytes: 0 } }, /gibibytes.*found 0/],
    [
      'a missing bootstrap',
      { broker: { ...brokers.existing, bootstrapServers: '' } },
      /bootstrapServers: expected host:9098.*get-bootstrap-brokers/,
    ],
    [
      'a cluster of another region',
      { region: 'eu-west-1', broker: brokers.existing },
      /clusterArn: expected arn:aws:kafka:eu-west-1/,
    ],
    [
      'a network that is none',
      { broker: { ...brokers.existing, vpcId: '' } },
      /vpcId: expected the id of one.*found ""/,
    ],
    [
      'three subnets in one zone',
      { broker: { ...brokers.existing, availabilityZones: ['us-east-1a', 'us-east-1a', 'us-east-1a'] } },
      /in three zones or more/,
    ],
    [
      'addresses without IAM',
      { broker: { ...brokers.existing, bootstrapServers: 'b-1.shared.example.com:9094' } },
      /bootstrapServers: expected host:9098.*BootstrapBrokerStringSaslIam/,
    ],
    [
      'a size that is none',
      { broker: { ...brokers.express, instanceType: 'express.m7g.tiny' } },
      /instanceType: expected a size of express.m7g.*found "express.m7g.tiny"/,
    ],
    [
      'a zone in small letters',
      { warehouse: { ...warehouse, timeZone: 'europe/madrid' } },
      /timeZone: expected an IANA/,
    ],
    ['everybody as readers', { warehouse: { ...warehouse, readerRole: 'public' } }, /readerRole: .*found "public"/],
    ['two subnets', { broker: { ...brokers.existing, subnetIds: ['subnet-1', 'subnet-2'] } }, /three private subnets/],
    [
      'a capacity between the steps',
      { warehouse: { ...warehouse, baseRpu: 5 } },
      /baseRpu: expected 4, or a multiple of 8.*found 5/,
    ],
    [
      'a ceiling below the floor',
      { warehouse: { ...warehouse, maxRpu: 4 } },
      /maxRpu.*at least baseRpu \(8\).*found 4/,
    ],
    [
      'a daily limit that the models’ runs alone use up',
      { warehouse: { ...warehouse, everyTenMinutes: true } },
      /dailyRpuHours: expected 19\.2 or more, .*found 10; raise it/,
    ],
    ['a time zone that there is not', { warehouse: { ...warehouse, timeZone: 'Madrid' } }, /IANA.*found "Madrid"/],
    [
      'a role that is no name',
      { warehouse: { ...warehouse, readerRole: 'a b' } },
      /warehouse\.readerRole: expected .*found "a b"/,
    ],
    [
      'a topic for no stream',
      { topics: { 'shop.purchase': 'purchases' } },
      /streams that there are.*found "shop.purchase"/,
    ],
    [
      'one topic for two streams',
      { topics: { 'shop.purchases': 'shop.feedback' } },
      /a topic of its own.*found "shop.feedback"/,
    ],
    ['an incarnation that is no number', { incarnations: { 'shop.purchases': -1 } }, /whole numbers from 0.*found -1/],
  ])('%s', (_, change, expected) => {
    expect(refusal(change)).toMatch(expected);
  });

  it.each(deployments)('but not the example $name', (deployment) => {
    expect(checkDeployment(deployment, contracts)).toBe(deployment);
  });
});

describe('what is deployed is chosen by name', () => {
  it('dev, when none is named', () => {
    expect(selectDeployment(undefined, deployments, contracts).name).toBe('dev');
  });
  it('and a name that there is not says which there are', () => {
    expect(() => selectDeployment('staging', deployments, contracts)).toThrow(/one of dev, prod, found "staging"/);
  });
});

it('two deployments in one account and region are refused: both would have the database lake', () => {
  const twin = { ...dev, name: 'test' };
  expect(() => selectDeployment('dev', [dev, twin], contracts)).toThrow(
    /found test in the same account, us-east-1; both/,
  );
});

describe('contracts that break what was released stop the synthesis', () => {
  const released = contracts.map(releasedContract);

  it('not those that are released', () => {
    expect(() => assertReleasedAreServed(released, contracts)).not.toThrow();
  });
  it('a stream that no longer exists: its table and topic have data', () => {
    const others = contracts.filter(({ name }) => name !== 'shop.purchases');
    expect(() => assertReleasedAreServed(released, others)).toThrow(/shop.purchases: there is no such stream any more/);
  });
  it('a field that may no longer be null', () => {
    const narrower = contracts.map((contract) => {
      if (contract.name !== 'shop.purchases') return contract;
      const city = contract.fields.city;
      return city === undefined
        ? contract
        : { ...contract, fields: { ...contract.fields, city: { ...city, nullable: false } } };
    });
    expect(() => assertReleasedAreServed(released, narrower)).toThrow(/field city was nullable, is required/);
  });
});

describe('fields whose numbers are not on record stop the synthesis', () => {
  const released = contracts.map(releasedContract);
  const note = string('Note.', { nullable: true });

  it('not those that weir accept has recorded', () => {
    expect(() => assertFieldsAreRecorded(released, contracts)).not.toThrow();
  });
  it('a field that is new', () => {
    const more = contracts.map((contract) =>
      contract.name === 'shop.purchases' ? { ...contract, fields: { ...contract.fields, note } } : contract,
    );
    expect(() => assertFieldsAreRecorded(released, more)).toThrow(
      /^shop\.purchases: expected the numbers of its fields in contracts\/released, found none of note string; run weir accept /,
    );
  });
  it('a stream that is new', () => {
    const others = released.filter(({ name }) => name !== 'shop.purchases');
    expect(() => assertFieldsAreRecorded(others, contracts)).toThrow(/^shop\.purchases: .* found none of id \w+, at /);
  });
});

describe('versions that were not tried are refused', () => {
  it('an old Node', () => {
    expect(() => assertVersions({ node: 'v18.20.0', cli: undefined }, '2.0.0')).toThrow(
      /expected 20.19.*found v18.20.0/,
    );
  });
  it('another CDK CLI', () => {
    expect(() => assertVersions({ node: 'v20.20.2', cli: '3.0.0' }, '2.1148.1')).toThrow(/2.1148.1, found 3.0.0; run/);
  });
  it('but not the ones that were', () => {
    expect(() => assertVersions({ node: 'v24.1.0', cli: '2.1148.1' }, '2.1148.1')).not.toThrow();
  });
});
