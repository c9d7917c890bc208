import type { LastAudit as Report } from '../../../lib/api/lake-routes.ts';
import { shownSeconds, shownValue } from '../../model/format.ts';
import { hourLabel } from '../../model/model-state.ts';
import type { Times } from '../../model/times.ts';
import { usePolled } from '../../use-polled.ts';
import { PlainTable } from '../../views/plain-table.tsx';
import { Polled } from '../../views/polled.tsx';

const EVERY_MS = 10_000;

/** When the lake was last audited, how much of it, and what was found. */
export function LastAudit({ times }: { readonly times: Times }) {
  const state = usePolled<{ readonly audit: Report | null }>('/lake/audit', { everyMs: EVERY_MS });
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">Last audit</h2>
      <Polled state={state} times={times} what="audit">
        {({ audit }, nowMs) =>
          audit === null ? (
            <p class="empty">
              The lake has not been audited. <code>weir audit</code> checks that it holds each record exactly once.
            </p>
          ) : (
            <Audited audit={audit} times={times} nowMs={nowMs} />
          )
        }
      </Polled>
    </section>
  );
}

interface AuditedProps {
  readonly audit: Report;
  readonly times: Times;
  readonly nowMs: number;
}

function Audited({ audit, times, nowMs }: AuditedProps) {
  const { began_at, ended_at, stream, from, to, hours, compared_live, findings } = audit;
  const [beganMs, endedMs] = [Date.parse(began_at), Date.parse(ended_at)];
  const span = from === null && to === null ? 'all hours' : `hours ${from ?? 'of the beginning'} to ${to ?? 'now'}`;
  const parts = [
    `${stream ?? 'every stream'}, ${span}: ${shownValue(hours)} ${hours === 1 ? 'hour' : 'hours'} checked in ${shownSeconds((endedMs - beganMs) / 1000)}`,
    `object footers, catalogue and rows${compared_live ? ', and live metrics against the rows' : '; not live metrics'}`,
  ];
  return (
    <>
      <p>
        <span class={`dot ${findings.length === 0 ? 'ok' : 'bad'}`} />
        <b>{findings.length === 0 ? 'Nothing found' : `${shownValue(findings.length)} found`}</b>{' '}
        {shownSeconds((nowMs - endedMs) / 1000)} ago, at {times.time(endedMs, nowMs)} {times.zone}.{' '}
        <span class="quiet">{parts.join('; ')}.</span>
      </p>
      {findings.length > 0 && (
        <PlainTable
          id="findings"
          title="What it has found"
          heads={['table', 'hour, UTC', 'kind', 'what is wrong', 'what to do']}
          rows={findings.map(({ table, hour, kind, message, remedy, command }) => [
            table,
            hourLabel(hour),
            kind,
            <span key="message" class="long">
              {message}
            </span>,
            command === null ? (
              <span key="remedy" class="long">
                {remedy}
              </span>
            ) : (
              <code key="command">{command}</code>
            ),
          ])}
        />
      )}
    </>
  );
}
