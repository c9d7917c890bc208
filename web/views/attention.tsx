import type { AnsweredRule } from '../../lib/api/health-routes.ts';
import { shownSeconds } from '../model/format.ts';
import { linkTo, type Place } from '../model/location.ts';

interface AttentionProps {
  readonly rules: readonly AnsweredRule[];
  readonly place: Place;
  readonly nowMs: number;
}

/** What breaks a rule now and where; each leads to the rule, which names the cause. Empty if nothing does. */
export function Attention({ rules, place, nowMs }: AttentionProps) {
  const firing = rules.filter(({ state }) => state === 'firing');
  if (firing.length === 0) return null;
  return (
    <section class="troubles" aria-labelledby="attention">
      <h2 id="attention">What needs attention</h2>
      <ul>
        {firing.flatMap(({ id, means, since, findings }) =>
          findings.map(({ where }) => (
            <li key={`${id} ${where}`} data-attention={id}>
              <span class="dot bad" />
              <span>
                <b>{where}</b>: {means} <a href={linkTo(place, ['health', id])}>{id}</a>{' '}
                {since !== null && <span class="quiet">for {shownSeconds((nowMs - Date.parse(since)) / 1000)}</span>}
              </span>
            </li>
          )),
        )}
      </ul>
    </section>
  );
}
