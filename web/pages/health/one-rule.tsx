import { apiPath } from '../../model/api-path.ts';
import { linkTo } from '../../model/location.ts';
import type { PollState } from '../../model/poll.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Article } from '../../views/article.tsx';
import { Polled } from '../../views/polled.tsx';
import type { RuleList } from './health.tsx';
import { RuleStateText, thresholdText } from './rule-table.tsx';

/** The runbook belongs to the installed version. */
const RUNBOOK_EVERY_MS = 3_600_000;

interface OneRuleProps extends PageProps {
  readonly id: string;
  readonly rules: PollState<RuleList>;
}

/** One rule: its state, what breaks it and where that is, and its article. */
export function OneRule({ id, rules, place, times }: OneRuleProps) {
  const runbook = usePolled<{ readonly articles: Readonly<Record<string, string>> }>(apiPath(['health', 'runbook']), {
    everyMs: RUNBOOK_EVERY_MS,
  });
  return (
    <>
      <p class="trail">
        <a href={linkTo(place, ['health'])}>Health</a>
      </p>
      <h1>{id}</h1>
      <Polled state={rules} times={times} what="rules">
        {(body, nowMs) => {
          const rule = body.rules.find((one) => one.id === id);
          if (rule === undefined) return <p class="empty">There is no rule of this name.</p>;
          return (
            <>
              <p>{rule.means}</p>
              <dl class="facts">
                <div>
                  <dt>state</dt>
                  <dd>
                    <RuleStateText rule={rule} times={times} nowMs={nowMs} />
                    {rule.why !== null && `: ${rule.why}`}
                  </dd>
                </div>
                <div>
                  <dt>fires on</dt>
                  <dd>{thresholdText(rule)}</dd>
                </div>
                {rule.findings.map(({ where, found, page, query }) => (
                  <div key={`${where} ${found}`} data-finding>
                    <dt>{page === null ? where : <a href={linkTo(place, page, query)}>{where}</a>}</dt>
                    <dd>{found}</dd>
                  </div>
                ))}
              </dl>
              <Polled state={runbook} times={times} what="runbook">
                {({ articles }) => <Article markdown={articles[rule.article] ?? ''} title="What to do" />}
              </Polled>
            </>
          );
        }}
      </Polled>
    </>
  );
}
