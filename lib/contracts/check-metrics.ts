import type { Contract } from './contract.ts';
import { fieldAt } from './field-at.ts';
import { groupKinds, type Metric, nestedKinds, orderKinds, sumKinds } from './metric.ts';

type Expect = (holds: boolean, what: string, found: unknown) => void;

const MAX_WINDOW_SECONDS = 86_400;

/** Reports invalid metrics through `expected`; the types in `metric.ts` already rule out most of them. */
export function checkMetrics({ fields, metrics }: Pick<Contract, 'fields' | 'metrics'>, expected: Expect): void {
  for (const [name, metric] of Object.entries(metrics)) {
    expected(/^[a-z][a-z0-9_]*$/.test(name), 'metric names of lower-case letters, digits and _', name);
    const { by, count, sum = [], min = [], max = [], window } = metric;
    const measures = Number(count === true) + sum.length + min.length + max.length;
    expected(measures > 0, `count, sum, min or max in metric ${name}`, metric);
    const field = (path: string, use: string, kinds: readonly string[]) => {
      const found = fieldAt(fields, path)?.type.kind;
      const usable = path.includes('.') ? kinds.filter((kind) => nestedKinds.some((nested) => nested === kind)) : kinds;
      const what = `metric ${name} to ${use} a field of type ${usable.join(', ')}`;
      expected(found !== undefined && usable.includes(found), what, `${path}: ${found ?? 'no such field'}`);
    };
    for (const path of by) field(path, 'group by', groupKinds);
    for (const path of sum) field(path, 'sum', sumKinds);
    for (const path of [...min, ...max]) field(path, 'take the minimum or maximum of', orderKinds);
    for (const paths of [by, sum, min, max]) {
      expected(new Set(paths).size === paths.length, `each field once in metric ${name}`, paths);
    }
    if (window !== undefined) checkWindow(name, metric, expected);
  }
}

function checkWindow(name: string, { window }: Metric, expected: Expect): void {
  const seconds = window?.seconds ?? 0;
  const isWhole = Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_WINDOW_SECONDS;
  expected(isWhole, `a window of 1 to ${MAX_WINDOW_SECONDS} whole seconds in metric ${name}`, seconds);
}
