import type { AnsweredRule } from '../../../lib/api/health-routes.ts';
import { shownLength, shownSeconds, shownValue } from '../../model/format.ts';
import { linkTo, type Place } from '../../model/location.ts';
import type { Times } from '../../model/times.ts';
import { Scroll } from '../../views/scroll.tsx';

interface RuleTableProps {
  readonly rules: readonly AnsweredRule[];
  readonly place: Place;
  readonly times: Times;
  readonly nowMs: number;
}

const ORDER = { firing: 0, unknown: 1, ok: 2, elsewhere: 3 } as const;

/** Every rule, those that fire first. */
export function RuleTable({ rules, ...shown }: RuleTableProps) {
  const sorted = rules.toSorted((one, other) => ORDER[one.state] - ORDER[other.state]);
  return (
    <Scroll label="Table of rules">
      <table class="rules">
        <thead>
          <tr>
            <th scope="col">rule</th>
            <th scope="col">state</th>
            <th scope="col">where</th>
            <th scope="col">what it means</th>
            <th scope="col">threshold</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((rule) => (
            <RuleRow key={rule.id} rule={rule} {...shown} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function RuleRow({ rule, place, times, nowMs }: Omit<RuleTableProps, 'rules'> & { readonly rule: AnsweredRule }) {
  const { id, means, findings } = rule;
  return (
    <tr data-rule={id}>
      <th scope="row">
        <a href={linkTo(place, ['health', id])}>{id}</a>
      </th>
      <td>
        <RuleStateText rule={rule} times={times} nowMs={nowMs} />
      </td>
      <td class="clipped">{findings.map(({ where }) => where).join(', ')}</td>
      <td class="wrapped">{means}</td>
      <td class="wrapped">{thresholdText(rule)}</td>
    </tr>
  );
}

interface RuleStateProps extends Pick<RuleTableProps, 'times' | 'nowMs'> {
  readonly rule: AnsweredRule;
}

const DOTS = { firing: 'bad', ok: 'ok', unknown: 'filling', elsewhere: '' } as const;
const NAMES = { firing: 'firing', ok: 'ok', unknown: 'unknown', elsewhere: 'in AWS only' } as const;

/** `firing since 10:45:03, 3 min` */
export function RuleStateText({ rule: { state, since }, times, nowMs }: RuleStateProps) {
  const sinceMs = since === null ? null : Date.parse(since);
  return (
    <>
      <span class={`dot ${DOTS[state]}`} />
      {NAMES[state]}{' '}
      {sinceMs !== null && (
        <span class="quiet">
          since {times.time(sinceMs, nowMs)} {times.zone}, {shownSeconds((nowMs - sinceMs) / 1000)}
        </span>
      )}
    </>
  );
}

/** `dead letters above 0, for 5 min` */
export function thresholdText({ measured, above, below, period_seconds, periods }: AnsweredRule): string {
  const limit = above === null ? `below ${shownValue(below)}` : `above ${shownValue(above)}`;
  const often = periods === 1 ? '' : `, ${periods} times in a row`;
  return `${measured} ${limit} in ${shownLength(period_seconds)}${often}`;
}
