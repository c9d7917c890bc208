import { describe, expect, it } from 'vitest';
import { modelFiles } from '../../lib/adapters/model-files.ts';
import { externalTables } from '../../lib/derive/redshift.ts';
import { minRpuHours } from '../../lib/infra/model-runs.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { contracts, modelsDir } from '../support/fixture-project.ts';
import { dev, ofType, only, synthesised, type Templates } from '../support/synthesised.ts';
import { textOf } from '../support/template-text.ts';

const everyTenMinutes = {
  ...dev.warehouse,
  everyTenMinutes: true,
  dailyRpuHours: 20,
  timeZone: 'Europe/Madrid',
} as typeof dev.warehouse;
const templates = synthesised();
const refreshed = synthesised({ warehouse: everyTenMinutes });

interface Schedule {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly FlexibleTimeWindow: unknown;
  readonly Target: { readonly Input: string };
}

const schedulesOf = ({ processing }: Templates): readonly Schedule[] =>
  Object.entries(processing)
    .filter(([id, { Type }]) => id.startsWith('Transform') && Type === 'AWS::Scheduler::Schedule')
    .map(([, { Properties }]) => Properties as unknown as Schedule);

const functionOf = ({ processing }: Templates) =>
  Object.entries(processing).find(
    ([id, { Type }]) => id.startsWith('Transform') && Type === 'AWS::Lambda::Function',
  )?.[1].Properties ?? {};

describe('the models are run', () => {
  it('every hour over a day, once a day over everything, and no more often unless it is asked for', () => {
    const inputs = (found: Templates) => schedulesOf(found).map(({ Target }) => JSON.parse(Target.Input));
    const scheduledTime = '<aws.scheduler.scheduled-time>';
    expect(inputs(templates)).toEqual([
      { scheduledTime, lookBackHours: 24 },
      { scheduledTime, lookBackHours: 'all' },
    ]);
    expect(inputs(refreshed)).toEqual([...inputs(templates), { scheduledTime, lookBackHours: 3 }]);
  });

  it('at the times of the zone that the warehouse names', () => {
    for (const { ScheduleExpressionTimezone } of schedulesOf(refreshed)) {
      expect(ScheduleExpressionTimezone).toBe('Europe/Madrid');
    }
  });

  it.each([
    ['every hour', templates, 24],
    ['every ten minutes', refreshed, 24 * 6],
  ] as const)('%s: a run’s time is over before the next one begins', (_, found, runsADay) => {
    const minutes = schedulesOf(found)
      .flatMap(({ ScheduleExpression }) => minutesOfDay(ScheduleExpression))
      .sort((a, b) => a - b);
    expect(minutes.length).toBe(runsADay);
    expect(minRpuHours({ everyTenMinutes: runsADay > 24, baseRpu: 60 })).toBe(runsADay);
    const gaps = minutes.map((minute, at) => (minutes[at + 1] ?? (minutes[0] ?? 0) + 24 * 60) - minute);
    // The scheduler may be a minute late, by its own account.
    expect(Number(functionOf(found).Timeout)).toBeLessThanOrEqual(Math.min(...gaps) * 60 - 60);
  });

  it('and not again at once after a failure', () => {
    const found = only(synthesised({ generate: false, live: null }), 'AWS::Lambda::EventInvokeConfig');
    expect(found).toMatchObject({ MaximumRetryAttempts: 0 });
  });
});

describe('the transform function', () => {
  it('comes to Redshift as the user of its own role, whose name the warehouse knows, without a password', () => {
    const roleId = (functionOf(templates).Role as { 'Fn::GetAtt': readonly string[] })['Fn::GetAtt'][0] ?? '';
    expect(ofType(templates, 'AWS::IAM::Role').get(roleId)?.Properties?.RoleName).toBe('weir-dev-runner');
    expect(statementsOfSetUp(templates)).toContain('create user \\"IAMR:weir-dev-runner\\" password disable');
    expect(JSON.stringify(functionOf(templates))).not.toMatch(/secret/i);
  });

  it.each([
    [false, 'revoke usage on schema \\"lake\\" from role weir_reader'],
    [true, 'grant usage on schema \\"lake\\" to role weir_reader'],
  ])(
    'readers who see personal data (%s): the lake, which is granted only whole',
    (readersSeePersonalData, expected) => {
      const warehouse = dev.warehouse === null ? null : { ...dev.warehouse, readersSeePersonalData };
      const found = synthesised({ warehouse });
      expect(statementsOfSetUp(found)).toContain(expected);
      const { Variables } = functionOf(found).Environment as { Variables: Record<string, unknown> };
      expect(Variables.REDSHIFT_READERS_SEE_PERSONAL_DATA).toBe(String(readersSeePersonalData));
    },
  );

  it('is in no network, and there is none without a warehouse', () => {
    expect(functionOf(templates)).not.toHaveProperty('VpcConfig');
    expect(functionOf(synthesised({ warehouse: null }))).toEqual({});
    expect(schedulesOf(synthesised({ warehouse: null }))).toEqual([]);
  });

  it('has models that read nothing but tables that Redshift sees', async () => {
    const models = await modelFiles(modelsDir, contracts);
    expect(modelGraph(models, externalTables(contracts)).models.length).toBe(models.length);
    expect(externalTables(contracts)).toEqual(
      expect.arrayContaining([
        'lake.shop_purchases',
        'lake.dead_letters',
        's3_spectrum_random_profile.random_customers',
      ]),
    );
  });
});

/** The text of what is run when the warehouse is set up, as its template has it. */
const statementsOfSetUp = (found: Templates) => textOf(only(found, 'Custom::WeirExternalSchemas').Statements);

/** Minutes since midnight at which `cron(minutes hours * * ? *)` is due, of lists and ranges. */
function minutesOfDay(expression: string): readonly number[] {
  const [, minutes = '', hours = ''] = /^cron\((\S+) (\S+) \* \* \? \*\)$/.exec(expression) ?? [];
  const numbers = (text: string, end: number) =>
    text.split(',').flatMap((part) => {
      const [from = 0, to = from] = part === '*' ? [0, end - 1] : part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  return numbers(hours, 24).flatMap((hour) => numbers(minutes, 60).map((minute) => hour * 60 + minute));
}
