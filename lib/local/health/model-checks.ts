import type { RuleFinding } from '../../api/health-routes.ts';
import { alarmRules, breaks } from '../../derive/alarm-rules.ts';
import type { LastRun } from '../model-runs.ts';
import type { RuleCheck } from './watch-rules.ts';

interface ModelCheckOptions {
  /** Null before the first run. */
  readonly lastRun: () => LastRun | null;
  readonly everyMs: number;
}

/** The same measures as the alarms of a deployment: what the last run of the models reported. */
export function modelChecks({ lastRun, everyMs }: ModelCheckOptions): readonly RuleCheck[] {
  const run = () => {
    const last = lastRun();
    if (last === null) throw new Error('the models have not run yet');
    return last;
  };
  return [
    {
      rule: alarmRules.dataTestFailures,
      everyMs,
      findings: async () => failed(run().failures.filter(({ brokenTest }) => brokenTest !== null)),
    },
    {
      rule: alarmRules.transformFailures,
      everyMs,
      findings: async () => failed(run().failures.filter(({ brokenTest }) => brokenTest === null)),
    },
    {
      rule: alarmRules.transformLateness,
      everyMs,
      async findings() {
        const { lateSeconds, failures } = run();
        if (!breaks(alarmRules.transformLateness, lateSeconds)) return [];
        const hours = Math.floor(lateSeconds / 3600);
        const models = [...new Set(failures.map(({ model }) => model))];
        if (models.length === 0) {
          return [
            { where: 'the models', found: 'Hours that ended long ago are still to be run over.', page: ['models'] },
          ];
        }
        return models.map((model) => ({
          where: model,
          found: `It is late: an hour that ended ${hours} h ago is not published, because its runs fail.`,
          page: ['models', model],
        }));
      },
    },
  ];
}

/** One finding a model, whose message is that of its newest hour. */
function failed(failures: LastRun['failures']): readonly RuleFinding[] {
  const byModel = new Map(failures.map((failure) => [failure.model, failure]));
  return [...byModel].map(([model, { message }]) => ({ where: model, found: message, page: ['models', model] }));
}
