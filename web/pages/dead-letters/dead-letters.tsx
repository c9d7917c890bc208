import type { LetterList } from '../../../lib/api/dead-letter-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { selectionOf } from '../../model/letter-selection.ts';
import { linkTo } from '../../model/location.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Polled } from '../../views/polled.tsx';
import { LetterGroups } from './letter-groups.tsx';
import { LetterTable } from './letter-table.tsx';
import { Replay } from './replay.tsx';
import { WholeLetters } from './whole-letters.tsx';

/** A list of dead letters reads the lake, so it is polled less often than figures. */
const EVERY_MS = 5000;

const BY_REASON = `select stream, reason, path, count(*) as letters, max(ingested_at) as newest
from lake.dead_letters
group by stream, reason, path
order by letters desc`;

/** The records that could not become rows. `#/dead-letters/{stream}/{kafka partition}/{offset}` shows one of them. */
export function DeadLetters(props: PageProps) {
  const [stream, kafkaPartition, offset] = props.place.path;
  if (stream !== undefined && kafkaPartition !== undefined && offset !== undefined) {
    return <WholeLetters {...props} letter={{ stream, kafkaPartition, offset }} />;
  }
  return <AllLetters {...props} />;
}

function AllLetters({ place, times }: PageProps) {
  const selection = selectionOf(place);
  const isAll = place.query.all === 'true';
  const groups = usePolled<LetterList>(apiPath(['dead-letters'], { limit: 1, all: true }), { everyMs: EVERY_MS });
  const chosen = usePolled<LetterList>(apiPath(['dead-letters'], { ...selection, all: isAll }), { everyMs: EVERY_MS });
  return (
    <>
      <h1>Dead letters</h1>
      <p class="quiet">
        Records that no row could be made of. Each keeps its position, so a replay makes its row once, where it belongs.{' '}
        <a href={linkTo(place, ['query'], { sql: BY_REASON })}>SQL that counts them</a>
      </p>
      <Polled state={groups} times={times} what="dead letters">
        {(body, nowMs) => <LetterGroups groups={body.groups} place={place} times={times} nowMs={nowMs} />}
      </Polled>
      {selection.stream !== undefined && (
        <Replay key={JSON.stringify(selection)} selection={{ ...selection, stream: selection.stream }} />
      )}
      <Polled state={chosen} times={times} what="letters">
        {({ letters }, nowMs) => (
          <section aria-labelledby="letters">
            <h2 id="letters">
              {isAll ? 'All letters' : 'Open letters'} <span class="quiet">the newest first, at most 100</span>
            </h2>
            <p>
              <a href={linkTo(place, ['dead-letters'], { ...selection, all: isAll ? '' : 'true' })}>
                {isAll ? 'Show open letters only' : 'Show those that have become rows, too'}
              </a>
            </p>
            <LetterTable letters={letters} place={place} times={times} nowMs={nowMs} />
          </section>
        )}
      </Polled>
    </>
  );
}
