import { join } from 'node:path';
import type { MadeHandlers } from './made-schedule.ts';
import { plantedCopy, type Variant } from './planted-copy.ts';

/** Mistakes that only show if refined rows are made from the lake. */
export const madeVariants: readonly Variant[] = [
  {
    name: 'events are made without a look at the rows',
    file: 'lib/pipeline/replay/refined-amender.ts',
    found: 'const found = await rowsOfSources(ports, streams, place, { chain, tail, offsets: [...open] });',
    planted:
      'const looked = await rowsOfSources(ports, streams, place, { chain, tail, offsets: [...open] });\n' +
      "const found: typeof looked = typeof looked === 'string' ? looked : [];",
  },
  {
    name: 'a source with some rows counts as complete',
    file: 'lib/pipeline/replay/made-events.ts',
    found: 'if (found.has(nameOf({ offset, ordinal }))) continue;',
    planted: 'if (rows.some((row) => row.offset === offset)) continue;',
  },
  {
    name: 'the sink ignores which sources’ events were made from the lake',
    file: 'lib/pipeline/take-data.ts',
    found: 'withoutMade(above, draft.amendedSources)',
    planted: 'withoutMade(above, null)',
  },
  {
    name: 'sources that had rows are not noted',
    file: 'lib/pipeline/replay/refined-amender.ts',
    found: 'const facts = madeFacts(draft, incarnation, sources, lines.offsets.length);',
    planted:
      'const without = sources.filter(({ offset }) => !found.some((row) => row.offset === offset));\n' +
      'const facts = madeFacts(draft, incarnation, without, lines.offsets.length);',
  },
  {
    name: 'a source is noted although an event was refused',
    file: 'lib/pipeline/replay/made-events.ts',
    found: "if (typeof lines === 'string') refused.set(row.offset, lines);",
    planted:
      "if (typeof lines === 'string') sources.push({ offset: row.offset, timestampMs: row.timestampMs, lines: [] });",
  },
  {
    name: 'an amendment forgets the sources of those before it',
    file: 'lib/pipeline/replay/refined-amender.ts',
    found: 'union(madeOffsets(draft), ',
    planted: 'union([], ',
  },
  {
    name: 'rows that come later forget the sources',
    file: 'lib/pipeline/chain.ts',
    found: 'amendedSources: tail.amendedSources,',
    planted: 'amendedSources: tail.amendedSources && null,',
  },
  {
    name: 'a compaction forgets the sources',
    file: 'lib/pipeline/compact/sealed-chain.ts',
    found: '...coverage, rejected };',
    planted: '...coverage, amendedSources: null, rejected };',
  },
];

/** Loads all of it with the variant planted. */
export async function plantMade(variant: Variant): Promise<MadeHandlers> {
  const copy = await plantedCopy(variant, 'made-variants');
  return {
    createRefineHandler: (await import(join(copy, 'lambdas/refine/handler.ts'))).createHandler,
    createSinkHandler: (await import(join(copy, 'lambdas/sink/handler.ts'))).createHandler,
    compactHour: (await import(join(copy, 'lib/pipeline/compact/compact-hour.ts'))).compactHour,
    amender: (await import(join(copy, 'lib/pipeline/replay/amender.ts'))).amender,
    refinedAmender: (await import(join(copy, 'lib/pipeline/replay/refined-amender.ts'))).refinedAmender,
  };
}
