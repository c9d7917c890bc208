import type { Deployment } from '../deployment.ts';
import type { Rule } from './rule.ts';

/** The number of zones for brokers and warehouse. */
export const ZONES = 3;

/** Zones in which MSK places no brokers. @see https://docs.aws.amazon.com/msk/latest/developerguide/limits.html */
const NOT_FOR_BROKERS = ['use1-az3'];

/**
 * The ids of three zones in each region; MSK is not known to refuse any of them. AWS publishes no list of the zones of
 * Redshift Serverless: its console shows them under *Additional considerations*, and a deployment's `zoneIds` overrides
 * this list.
 * @see https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
 */
const ZONES_OF_REGION: Readonly<Record<string, readonly string[]>> = {
  'us-east-1': ['use1-az2', 'use1-az4', 'use1-az6'],
  'us-east-2': ['use2-az1', 'use2-az2', 'use2-az3'],
  'us-west-2': ['usw2-az1', 'usw2-az2', 'usw2-az3'],
  'ca-central-1': ['cac1-az1', 'cac1-az2', 'cac1-az4'],
  'sa-east-1': ['sae1-az1', 'sae1-az2', 'sae1-az3'],
  'eu-west-1': ['euw1-az1', 'euw1-az2', 'euw1-az3'],
  'eu-west-2': ['euw2-az1', 'euw2-az2', 'euw2-az3'],
  'eu-west-3': ['euw3-az1', 'euw3-az2', 'euw3-az3'],
  'eu-central-1': ['euc1-az1', 'euc1-az2', 'euc1-az3'],
  'eu-north-1': ['eun1-az1', 'eun1-az2', 'eun1-az3'],
  'eu-south-1': ['eus1-az1', 'eus1-az2', 'eus1-az3'],
  'ap-south-1': ['aps1-az1', 'aps1-az2', 'aps1-az3'],
  'ap-southeast-1': ['apse1-az1', 'apse1-az2', 'apse1-az3'],
  'ap-southeast-2': ['apse2-az1', 'apse2-az2', 'apse2-az3'],
  'ap-northeast-1': ['apne1-az1', 'apne1-az2', 'apne1-az4'],
  'ap-northeast-2': ['apne2-az1', 'apne2-az2', 'apne2-az3'],
};

/** The zones that a deployment's own network spans, by id: `use1-az2`. */
export function zoneIds({ region, zoneIds: chosen }: Pick<Deployment, 'region' | 'zoneIds'>): readonly string[] {
  return chosen ?? ZONES_OF_REGION[region] ?? [];
}

/** The requirements on the zones of a deployment's own network. */
export function zoneRules(deployment: Deployment): readonly Rule[] {
  if (deployment.broker.kind === 'existing') {
    return [
      {
        setting: 'zoneIds',
        holds: deployment.zoneIds === null,
        expected: 'null with existing brokers, whose network has zones of its own',
        found: deployment.zoneIds,
        todo: 'set it to null',
      },
    ];
  }
  const ids = zoneIds(deployment);
  const isThree =
    ids.length === ZONES && new Set(ids).size === ZONES && ids.every((id) => /^[a-z]+\d+-az\d+$/.test(id));
  const refused = ids.find((id) => NOT_FOR_BROKERS.includes(id));
  return [
    {
      setting: 'zoneIds',
      holds: isThree,
      expected: `ids of ${ZONES} different zones, such as use1-az2, or null in ${Object.keys(ZONES_OF_REGION).join(', ')}`,
      found: deployment.zoneIds,
      todo: `take them from "aws ec2 describe-availability-zones --region ${deployment.region} --query AvailabilityZones[].ZoneId"`,
    },
    {
      setting: 'zoneIds',
      holds: refused === undefined,
      expected: `zones that MSK puts brokers into, so not ${NOT_FOR_BROKERS.join(', ')}`,
      found: refused,
      todo: 'choose another zone',
    },
  ];
}
