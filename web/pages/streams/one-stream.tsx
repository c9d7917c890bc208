import type { StreamFacts, StreamRows } from '../../../lib/api/stream-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { groupText, shownLength } from '../../model/format.ts';
import { linkTo } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Facts } from '../../views/facts.tsx';
import { PlainTable } from '../../views/plain-table.tsx';
import { Polled } from '../../views/polled.tsx';
import { Scroll } from '../../views/scroll.tsx';
import { TestEvent } from './test-event.tsx';

/** A contract changes only with a restart; rows arrive with every batch. */
const FACTS_EVERY_MS = 60_000;
const ROWS_EVERY_MS = 5000;

interface OneStreamProps extends PageProps {
  readonly stream: string;
}

/** A stream's declaration, its newest rows, and a form to send it an event. */
export function OneStream({ stream, place, times }: OneStreamProps) {
  const facts = usePolled<StreamFacts>(apiPath(['streams', stream]), { everyMs: FACTS_EVERY_MS });
  const rows = usePolled<StreamRows>(apiPath(['streams', stream, 'rows']), { everyMs: ROWS_EVERY_MS });
  return (
    <>
      <p class="trail">
        <a href={linkTo(place, ['streams'])}>Streams</a>
      </p>
      <h1>{stream}</h1>
      <Polled state={facts} times={times} what="stream of this name">
        {(declared) => (
          <>
            <Contract facts={declared} />
            <p>
              <a href={linkTo(place, ['dead-letters'], { stream })}>Dead letters of {stream}</a> ·{' '}
              <a href={linkTo(place, ['query'], { sql: `select count(*) as row_count\nfrom ${declared.table}` })}>
                SQL that counts its rows
              </a>
            </p>
            <Polled state={rows} times={times} what="rows">
              {(newest) => <NewestRows {...newest} />}
            </Polled>
            {declared.refined_from === null ? (
              <TestEvent facts={declared} place={place} />
            ) : (
              <p class="quiet">
                It takes no events of its own: send one to{' '}
                <a href={linkTo(place, ['streams', declared.refined_from])}>{declared.refined_from}</a>.
              </p>
            )}
            <Fields fields={declared.fields} />
            <Columns facts={declared} />
          </>
        )}
      </Polled>
    </>
  );
}

function Contract({ facts }: { readonly facts: StreamFacts }) {
  const { description, owner, version, topic, kafka_partitions, retention_hours, key, table, refined_from } = facts;
  const shown = [
    ['what an event is', description],
    ['contract', `version ${version}, owned by ${owner}`],
    [
      'topic',
      `${topic}, ${kafka_partitions} kafka ${kafka_partitions === 1 ? 'partition' : 'partitions'}, kept for ${shownLength(retention_hours * 3600)}`,
    ],
    ['key', key ?? 'none'],
    ['event time', facts.event_time],
    ['identity', facts.identity],
    ...(refined_from === null ? [] : [['refined from', refined_from] as const]),
    ['table', table],
  ] as const;
  return <Facts facts={shown} />;
}

function NewestRows({ columns, rows }: StreamRows) {
  return (
    <section aria-labelledby="rows">
      <h2 id="rows">
        Newest rows <span class="quiet">of the newest hour, at most 20, times in UTC, masked as the contract says</span>
      </h2>
      {rows.length === 0 ? (
        <p class="empty">No rows yet.</p>
      ) : (
        <Scroll label="Table of the newest rows">
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={JSON.stringify(row)} data-row>
                  {row.map((cell, at) => (
                    <td key={columns[at]} class="clipped" title={cell === null ? undefined : String(cell)}>
                      {cell === null ? <span class="quiet">null</span> : groupText(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Fields({ fields }: Pick<StreamFacts, 'fields'>) {
  const rows = fields.map(({ name, type, nullable, masked, rule, unit, description }) => {
    const remarks = [nullable ? 'may be null' : '', masked ? 'masked' : '', rule ?? '', unit ?? ''];
    return [name, type, remarks.filter((remark) => remark !== '').join(', '), description];
  });
  return (
    <PlainTable
      id="fields"
      title="Fields on the wire"
      heads={['field', 'type', 'constraints', 'description']}
      rows={rows}
    />
  );
}

function Columns({ facts: { columns, table } }: { readonly facts: StreamFacts }) {
  const rows = columns.map(({ name, type, description }) => [name, type, description]);
  return (
    <PlainTable id="columns" title={`Columns of ${table}`} heads={['column', 'type', 'description']} rows={rows} />
  );
}
