import type { Contract } from '../../lib/contracts/contract.ts';
import { lakeTable } from '../../lib/derive/names.ts';
import { assertProbeId, type Probe, probedStreams, probeQuery } from '../../lib/derive/probe.ts';
import { hourOf } from '../../lib/derive/table-partition.ts';
import type { Clock, Warehouse } from '../../lib/pipeline/ports.ts';
import { hourStart } from '../../lib/pipeline/transform/hours.ts';
import type { ModelGraph } from '../../lib/pipeline/transform/model-graph.ts';

/** The state of a probe in the warehouse after a run of the models. */
export interface ProbeInWarehouse {
  /** Streams with an event of the probe in the lake's table, as the warehouse sees it. */
  readonly streams: readonly string[];
  /** Models that read such a table, and have not been published since the probe was sent. */
  readonly unpublished: readonly string[];
}

interface ProbedDeps {
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly contracts: readonly Contract[];
  readonly graph: ModelGraph;
  readonly clock: Pick<Clock, 'now'>;
}

/** Looks up a `weir verify` probe's rows in the warehouse, and the models made from them. @throws for an invalid id. */
export async function probeInWarehouse(deps: ProbedDeps, probe: Probe): Promise<ProbeInWarehouse> {
  assertProbeId(probe.id);
  const { warehouse, contracts, graph, clock } = deps;
  const probed = probedStreams(contracts, probe);
  const rows = await warehouse.query({
    name: 'probe: rows in the lake',
    sql: probeQuery(probed, probe, clock.now()),
    parameters: {},
  });
  const published = await warehouse.query({
    name: 'probe: what was published',
    sql:
      "select distinct model from ops.runs where outcome = 'succeeded' and hour_start >= cast(:hour_start as timestamp) " +
      'and ran_at >= cast(:sent_at as timestamp)',
    parameters: {
      hour_start: hourStart(hourOf(probe.sentMs)),
      sent_at: new Date(probe.sentMs).toISOString().slice(0, 19),
    },
  });
  const done = new Set(published.map(({ model }) => model));
  const tables = new Set(probed.map(lakeTable).map(({ database, table }) => `${database}.${table}`));
  const readers = graph.models.filter(({ name, kept }) => kept !== 'view' && reads(graph, name, tables));
  return {
    streams: rows.map(({ stream }) => stream ?? ''),
    unpublished: readers.map(({ name }) => name).filter((name) => !done.has(name)),
  };
}

const reads = (graph: ModelGraph, model: string, tables: ReadonlySet<string>) =>
  [...graph.upstream(model)].some((name) => tables.has(name));
