import type { LakeChain, LakeObject, WholeHour } from '../../../lib/api/lake-routes.ts';
import { apiPath } from '../../model/api-path.ts';
import { shownValue } from '../../model/format.ts';
import { linkTo } from '../../model/location.ts';
import { hourLabel } from '../../model/model-state.ts';
import type { Times } from '../../model/times.ts';
import type { PageProps } from '../../pages.ts';
import { usePolled } from '../../use-polled.ts';
import { Facts } from '../../views/facts.tsx';
import { PlainTable } from '../../views/plain-table.tsx';
import { Polled } from '../../views/polled.tsx';

const EVERY_MS = 5000;

interface LakeHourProps extends PageProps {
  readonly table: string;
  readonly hour: string;
}

/** An hour of a table: what readers see, the offsets that its chains cover, and its objects. */
export function LakeHour({ table, hour, place, times }: LakeHourProps) {
  const state = usePolled<WholeHour>(apiPath(['lake', table, hour]), { everyMs: EVERY_MS });
  const day = hour.slice(0, 10);
  return (
    <>
      <p class="trail">
        <a href={linkTo(place, ['lake'], { from: day, to: day })}>Lake of {day}</a>
      </p>
      <h1>
        {table} <span class="quiet">{hourLabel(hour)} UTC</span>
      </h1>
      <Polled state={state} times={times} what="hour of this name">
        {(found, nowMs) => (
          <>
            <About hour={found} />
            <Chains chains={found.chains} times={times} nowMs={nowMs} />
            <Objects objects={found.listed} count={found.objects} />
          </>
        )}
      </Polled>
    </>
  );
}

function About({ hour }: { readonly hour: WholeHour }) {
  const { name, location, registered, generation, compacted, rows, late, objects, bytes, generations } = hour;
  const others = generations.filter((one) => one.generation !== generation);
  return (
    <Facts
      facts={[
        ['table', name],
        ['readers read', location ?? 'nothing: the hour is not registered'],
        ...(registered || location === null ? [] : [['registered', 'not with the newest generation'] as const]),
        ['generation', `${generation}, ${compacted ? 'compacted' : 'not compacted yet'}`],
        ['rows', `${shownValue(rows)}${late ? `, ${shownValue(late)} of them since the compaction` : ''}`],
        ['objects', `${shownValue(objects)}, ${shownValue(bytes)} bytes`],
        [
          'other generations',
          others.length === 0
            ? 'none'
            : others.map((one) => `${one.generation}: ${shownValue(one.objects)} objects`).join(', '),
        ],
      ]}
    />
  );
}

interface ChainsProps {
  readonly chains: readonly LakeChain[];
  readonly times: Times;
  readonly nowMs: number;
}

function Chains({ chains, times, nowMs }: ChainsProps) {
  if (chains.length === 0) return <p class="empty">No chain has covered a record yet.</p>;
  const heads = ['chain', 'covered offsets', 'rows', 'rejected', 'repeated', `newest record, ${times.zone}`];
  return (
    <PlainTable
      id="chains"
      title="Chains"
      note="a stream and kafka partition each: every covered offset is a row, a dead letter or a repetition"
      heads={heads}
      rows={chains.map(({ stream, incarnation, kafka_partition, covered, covered_ranges, newest, ...counts }) => [
        `${stream} ${kafka_partition}${incarnation === 0 ? '' : `, incarnation ${incarnation}`}`,
        rangesText(covered, covered_ranges),
        shownValue(counts.rows),
        shownValue(counts.rejected),
        shownValue(counts.repeated),
        newest === null ? '–' : times.time(Date.parse(newest), nowMs),
      ])}
    />
  );
}

function Objects({ objects, count }: { readonly objects: readonly LakeObject[]; readonly count: number }) {
  if (objects.length === 0) return <p class="empty">No objects.</p>;
  return (
    <PlainTable
      id="objects"
      title="Objects"
      note={objects.length < count ? `the first ${objects.length} of ${shownValue(count)}` : undefined}
      heads={['object', 'kind', 'bytes', 'kafka partition', 'slot', 'offsets that it added']}
      rows={objects.map(({ object, kind, bytes, kafka_partition, slot, offsets }) => [
        object,
        kind === 'damaged' ? <span class="bad">damaged: weir audit says more</span> : kind,
        shownValue(bytes),
        shownValue(kafka_partition),
        shownValue(slot),
        rangesText(offsets, offsets.length),
      ])}
    />
  );
}

/** `0–120, 122`, and how many more ranges there are. */
function rangesText(ranges: readonly (readonly [number, number])[], count: number): string {
  const shown = ranges.map(([first, last]) =>
    first === last ? shownValue(first) : `${shownValue(first)}–${shownValue(last)}`,
  );
  return `${shown.join(', ')}${count > ranges.length ? ` and ${count - ranges.length} more` : ''}`;
}
