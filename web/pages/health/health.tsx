import type { AnsweredRule } from '../../../lib/api/health-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { linkTo } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Polled } from '../../views/polled.tsx';
import { OneRule } from './one-rule.tsx';
import { RuleTable } from './rule-table.tsx';
import { SettingTable } from './setting-table.tsx';

/** Settings change only with a restart. */
const SETTINGS_EVERY_MS = 60_000;

export interface RuleList {
  readonly rules: readonly AnsweredRule[];
}

export interface SettingList {
  readonly settings: readonly Readonly<Record<'variable' | 'value' | 'default' | 'unit' | 'description', string>>[];
}

/** The rules of the alarms with their state. `#/health/{rule}` shows one of them with its article. */
export function Health(props: PageProps) {
  const { overview, place, times } = props;
  const rules = usePolled<RuleList>(apiPath(['health', 'rules']));
  const settings = usePolled<SettingList>(apiPath(['settings']), { everyMs: SETTINGS_EVERY_MS });
  const [id] = place.path;
  if (id !== undefined) return <OneRule {...props} id={id} rules={rules} />;
  const gaps = overview.state.body?.health.gaps ?? [];
  return (
    <>
      <h1>Health</h1>
      <Polled state={rules} times={times} what="rules">
        {(body, nowMs) => <RuleTable rules={body.rules} place={place} times={times} nowMs={nowMs} />}
      </Polled>
      <section aria-labelledby="gaps">
        <h2 id="gaps">Gaps of live metrics</h2>
        {gaps.length === 0 ? (
          <p class="empty">None: every metric is complete.</p>
        ) : (
          <ul class="reasons">
            {gaps.map((name) => (
              <li key={name}>
                <a href={linkTo(place, ['query'], { metric: name })}>{name}</a>: earlier events are still to be counted
                from the lake, which goes on by itself
              </li>
            ))}
          </ul>
        )}
      </section>
      <Polled state={settings} times={times} what="settings">
        {(body) => <SettingTable settings={body.settings} />}
      </Polled>
    </>
  );
}
