import { join } from 'node:path';
import { plantedCopy, type Variant } from './planted-copy.ts';
import type { SinkAndCompactor } from './schedule.ts';

/** Mistakes that only show if dead letters are replayed. */
export const replayVariants: readonly Variant[] = [
  {
    name: 'what is amended already is amended again',
    file: 'lib/pipeline/replay/amend-chain.ts',
    found: 'rejected.filter((offset) => !includes(tail.amended, offset))',
    planted: 'rejected.filter((offset) => !includes(tail.amended.slice(0, 0), offset))',
  },
  {
    name: 'what was not rejected is amended',
    file: 'lib/pipeline/replay/amend-chain.ts',
    found: 'offsets.filter((offset) => verdicts.has(offset))',
    planted: 'offsets.filter((offset) => verdicts.size >= 0 || offset < 0)',
  },
  {
    name: 'what is open is not determined again after another writer was first',
    file: 'lib/pipeline/replay/put-amendment.ts',
    found: '  for (;;) {\n    const askedAtMs = ports.clock.now();\n    const tail = await ports.tails.refresh(chain);',
    planted:
      'let first: OffsetRanges | undefined;\nfor (;;) {\nconst askedAtMs = ports.clock.now();\n' +
      'const opened = await ports.tails.refresh(chain);\n' +
      'const tail: Tail = { ...opened, amended: (first ??= opened.amended) };',
    imports: "import type { OffsetRanges } from '../offset-ranges.ts';\n",
  },
  {
    name: 'an amendment forgets those before it',
    file: 'lib/pipeline/replay/amender.ts',
    found: 'amended: union(draft.amended, rangesOf(offsets))',
    planted: 'amended: union([], rangesOf(offsets))',
  },
  {
    name: 'an amendment takes its offsets in, as if they were a batch',
    file: 'lib/pipeline/replay/put-amendment.ts',
    found: 'own: [],',
    planted: 'own: rangesOf([...Array(lastOffsetOf(tail)).keys()]),',
    imports:
      "import { rangesOf } from '../offset-ranges.ts';\n" +
      'const lastOffsetOf = ({ covered }: Tail) => (covered.at(-1)?.[1] ?? -1) + 1;\n',
  },
  {
    name: 'rows that come later forget what was amended',
    file: 'lib/pipeline/chain.ts',
    found: 'amended: tail.amended,',
    planted: 'amended: tail.amended.slice(0, 0),',
  },
  {
    name: 'a compaction forgets what was amended',
    file: 'lib/pipeline/compact/sealed-chain.ts',
    found: '...coverage, rejected };',
    planted: '...coverage, amended: [], rejected };',
  },
  {
    name: 'an amend slot that exists is taken for written',
    file: 'lib/pipeline/replay/put-amendment.ts',
    found: 'if (await writeSlot(ports.store, slotKey(chain, tail.generation, tail.nextSlot), body, facts)) {',
    planted:
      'await writeSlot(ports.store, slotKey(chain, tail.generation, tail.nextSlot), body, facts);\n' +
      'if (slots.length >= 0) {',
  },
];

/** Loads sink, compactor and replayer with the variant planted. */
export async function plantReplay(variant: Variant): Promise<SinkAndCompactor> {
  const copy = await plantedCopy(variant, 'replay-variants');
  return {
    createHandler: (await import(join(copy, 'lambdas/sink/handler.ts'))).createHandler,
    compactHour: (await import(join(copy, 'lib/pipeline/compact/compact-hour.ts'))).compactHour,
    amender: (await import(join(copy, 'lib/pipeline/replay/amender.ts'))).amender,
  };
}
