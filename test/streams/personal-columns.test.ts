import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Field, Fields } from '../../lib/contracts/contract.ts';
import { wireName } from '../../lib/contracts/wire-name.ts';
import { personalNames } from '../../lib/derive/personal-names.ts';
import { externalTables } from '../../lib/derive/redshift.ts';
import { eventSource } from '../../lib/generators/event-source.ts';
import type { WireEvent } from '../../lib/generators/generator.ts';
import { modelGraph } from '../../lib/pipeline/transform/model-graph.ts';
import { personalColumns } from '../../lib/pipeline/transform/personal-columns.ts';
import { lakehouse } from '../support/lakehouse.ts';
import { contracts, generators, shipped } from '../support/shipped.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Stands in every text of personal data, so that it is found again wherever a model takes it. */
const MARK = 'personal-mark-';

/** The event with its personal texts marked, those inside of other fields too. */
function marked(fields: Fields, event: WireEvent): WireEvent {
  const entries = Object.entries(fields).flatMap(([name, field]) => {
    const wire = wireName(name, field);
    return wire in event ? [[wire, markedValue(field, event[wire], name)] as const] : [];
  });
  return { ...event, ...Object.fromEntries(entries) };
}

function markedValue({ type, personal, masked }: Field, value: unknown, name: string): unknown {
  if (value === null) return value;
  if (type.kind === 'string') return personal && !masked ? `${MARK}${name}` : value;
  if (type.kind === 'struct') return marked(type.fields, value as WireEvent);
  if (type.kind === 'list') return (value as readonly unknown[]).map((one) => markedValue(type.of, one, name));
  return value;
}

describe('the shipped models', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let house: Awaited<ReturnType<typeof lakehouse>>;
  beforeAll(async () => {
    folder = await temporaryFolder();
    house = await lakehouse(folder.path, {}, shipped);
  });
  afterAll(async () => {
    await house.close();
    await folder.remove();
  });

  it('bring no personal data into a column that readers may see', async () => {
    const atMs = Date.UTC(2026, 0, 31, 10, 30);
    for (const generator of generators) {
      const { fields } = contracts.find(({ name }) => name === generator.stream) ?? { fields: {} };
      const next = eventSource(generator, 7);
      const events = Array.from({ length: 20 }, () => marked(fields, next(atMs)));
      await house.produce(generator.stream, atMs, events);
    }
    await house.settle();
    expect((await house.refresh()).failures).toEqual([]);
    const graph = modelGraph(house.deps.graph.models, externalTables(contracts));
    const names = personalNames(contracts);
    const withoutMark: string[] = [];
    const unmarked: string[] = [];
    for (const model of graph.models) {
      const { name } = model;
      const hidden = personalColumns(model, graph, names);
      let marks = 0;
      for (const { name: column, type } of model.columns) {
        if (type.kind !== 'string') continue;
        const [row] = await house.rows(`select count(*) as n from ${name} where "${column}" like '%${MARK}%'`);
        if (Number(row?.n) === 0) continue;
        if (!hidden.has(column)) unmarked.push(`${name}: "${column} … personal"`);
        marks += 1;
      }
      if (marks === 0 && [...hidden].some((column) => column !== '_extra')) withoutMark.push(name);
    }
    expect(unmarked, 'to be said in the headers of these models').toEqual([]);
    // Each model that hides more than what no contract names has been filled with marks: nothing passes by being empty.
    expect(withoutMark).toEqual([]);
  });
});
