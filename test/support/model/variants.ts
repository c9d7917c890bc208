import { join } from 'node:path';
import { plantedCopy, type Variant } from './planted-copy.ts';
import type { CreateHandler } from './schedule.ts';

export const variants: readonly Variant[] = [
  {
    name: 'a slot that exists is taken for written',
    file: 'lib/pipeline/chain.ts',
    found: "return found.kind === 'rows' && found.writeId === facts.writeId;",
    planted: 'return found !== undefined;',
  },
  {
    name: 'the key is the first offset',
    file: 'lib/pipeline/chain.ts',
    found: 'slotKey(chain, tail.generation, tail.nextSlot), body',
    planted: 'slotKey(chain, tail.generation, fresh[0]?.offset ?? 0), body',
  },
  {
    name: 'a write id per process instead of per object',
    file: 'lib/pipeline/chain.ts',
    found: 'draftOf(append, tail, fresh, ports.newWriteId())',
    planted: "draftOf(append, tail, fresh, 'process')",
  },
  {
    name: 'coverage forgets what came before',
    file: 'lib/pipeline/chain.ts',
    found: 'covered: union(tail.covered, ranges),',
    planted: 'covered: union([], ranges),',
  },
  {
    name: 'own is the span of the whole batch',
    file: 'lib/pipeline/chain.ts',
    found: 'own: subtract(ranges, tail.covered),',
    planted: 'own: subtract(ranges, []),',
  },
  {
    name: 'records are not filtered again after another writer was first',
    file: 'lib/pipeline/chain.ts',
    found: 'tail = await ports.tails.refresh(chain);',
    planted: 'tail = { ...tail, nextSlot: tail.nextSlot + 1 };',
  },
  {
    name: 'the oldest hour is written first, whatever comes first in the log',
    file: 'lib/pipeline/hour-parts.ts',
    found: 'return [...parts.values()].map(',
    planted: 'return [...parts].sort(([left], [right]) => left - right).map(([, part]) => part).map(',
  },
  {
    name: 'coverage takes in the gaps between the runs of an hour',
    file: 'lib/pipeline/chain.ts',
    found: 'if (ranges.length === 1 || union',
    planted: 'if (ranges.length === 1 && union',
  },
  {
    name: 'an offset in a gap of the hour before proves a recreated topic',
    file: 'lib/pipeline/incarnation.ts',
    found: '(offset <= lastOffset(covered) && includes(covered, offset))',
    planted: 'offset <= lastOffset(covered) || includes(covered, offset)',
  },
  {
    name: 'no seal check after a refresh',
    file: 'lib/pipeline/chain-tails.ts',
    found: "if (last.kind !== 'seal') return",
    planted: 'if (last.kind !== undefined) return',
  },
  {
    name: 'a generation counts as complete without its compact object',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'if ((await store.list(key)).includes(key)) return generation;',
    planted: 'if (key.length > 0) return generation;',
  },
  {
    name: 'coverage does not cross a compaction',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'completeGeneration === 0 ? NOTHING : await',
    planted: 'completeGeneration >= 0 ? NOTHING : await',
  },
  {
    name: 'verdicts do not cross a compaction',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'if (generation > 0) collect(',
    planted: 'if (generation < 0) collect(',
  },
  {
    name: 'verdicts are looked for in the last slot only',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'open = subtract(open, facts.own);',
    planted: 'open = subtract([], facts.own);',
  },
  {
    name: 'a verdict is given again on redelivery',
    file: 'lib/pipeline/take-data.ts',
    found: 'await ports.tails.verdicts(chain, tail, before)',
    planted:
      'verdictsOf(recordVerdicts(judge(tools, records.filter(({ offset }) => includes(before, offset)), hour.dt).rejected, ' +
      'contractVersion))',
  },
  {
    name: 'what was rejected before is not completed on redelivery',
    file: 'lib/pipeline/take-data.ts',
    found: 'before.length === 0 ? [] :',
    planted: 'before.length >= 0 ? [] :',
  },
  {
    name: 'what the encoder refused is not recorded',
    file: 'lib/pipeline/take-data.ts',
    found: 'return { body, facts: factsWith(refused), rows: lines.offsets.length - refused.size };',
    planted: 'return { body, facts: factsWith(new Set(refused.size < 0 ? refused : [])), rows: 0 };',
  },
  {
    name: 'dead letters are written before the data object',
    file: 'lib/pipeline/sink.ts',
    imports: "import { judge } from './judge.ts';\nimport { recordVerdicts, verdictsOf } from './verdicts.ts';\n",
    found: 'const { contract } = part.stream;',
    planted:
      'const { contract } = part.stream;\n' +
      'if (contract !== null) await takeDeadLetters(chainPorts, ports.encoder, part, ' +
      'verdictsOf(recordVerdicts(judge(toolsOf(contract), part.records, part.hour.dt).rejected, contract.version)));',
  },
  {
    name: 'registered only by the one who wrote',
    file: 'lib/pipeline/sink.ts',
    found: 'if (contract !== null) await register(',
    planted: 'if (contract !== null && data.objects > 0) await register(',
  },
  {
    name: 'dead letters are registered only by the one who wrote them',
    file: 'lib/pipeline/sink.ts',
    found: 'if (dead !== undefined) await register(',
    planted: 'if (dead !== undefined && dead.objects > 0) await register(',
  },
  {
    name: 'a failed kafka partition does not fail the invocation',
    file: 'lambdas/sink/handler.ts',
    found: 'if (failed !== undefined) throw failed.reason;',
    planted: "if (failed !== undefined) results.filter(({ status }) => status === 'rejected');",
  },
];

/** Loads the sink's handler with the variant planted. */
export async function plant(variant: Variant): Promise<CreateHandler> {
  return (await import(join(await plantedCopy(variant), 'lambdas/sink/handler.ts'))).createHandler;
}
