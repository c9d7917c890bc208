import { join } from 'node:path';
import { plantedCopy, type Variant } from './planted-copy.ts';
import type { SinkAndCompactor } from './schedule.ts';

export const variants: readonly Variant[] = [
  {
    name: 'a slot that exists is taken for written',
    file: 'lib/pipeline/chain.ts',
    found: "return found.kind !== 'compact' && found.writeId === facts.writeId;",
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
    found: '|| includes(covered, offset);',
    planted: '|| offset <= (covered.at(-1)?.[1] ?? -1) || includes(covered, offset);',
  },
  {
    name: 'no seal check after a refresh',
    file: 'lib/pipeline/chain-tails.ts',
    found: "if (last.kind !== 'seal') return",
    planted: 'if (last.kind !== undefined) return',
  },
  {
    name: 'a generation counts as complete without its compact object',
    file: 'lib/pipeline/generation.ts',
    found: 'if (await exists(compactKey(table, hour, generation))) {',
    planted: 'if (begun === 0 || (await exists(compactKey(table, hour, generation)))) {',
  },
  {
    name: 'coverage does not cross a compaction',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'coverageOf(await compactedChain(store, chain, complete))',
    planted: 'coverageOf(await compactedChain(store, chain, Math.min(0, complete)))',
  },
  {
    name: 'verdicts do not cross a compaction',
    file: 'lib/pipeline/chain-verdicts.ts',
    found: 'collect((await compact(generation)).rejected);',
    planted: 'collect((await compact(Math.min(0, generation))).rejected);',
  },
  {
    name: 'verdicts are looked for in the last slot only',
    file: 'lib/pipeline/chain-verdicts.ts',
    found: 'open = subtract(open, own);',
    planted: 'open = subtract([], own);',
  },
  {
    name: 'a later generation that has begun is overlooked by who opens a chain',
    file: 'lib/pipeline/chain-tails.ts',
    found: 'if (generation >= begun) return tail;',
    planted: 'if (generation >= begun || slot >= 0) return tail;',
  },
  {
    name: 'a generation begins without its marker',
    file: 'lib/pipeline/compact/compact-hour.ts',
    found: 'await ports.store.putIfAbsent(begunKey(table.table, hour, complete + 1)',
    planted: 'if (complete < 0) await ports.store.putIfAbsent(begunKey(table.table, hour, complete + 1)',
  },
  {
    name: 'only chains that have objects are sealed: there is no registry',
    file: 'lib/pipeline/compact/chains-of-hour.ts',
    found: 'for (const chain of await registeredChains(store, table)) add(chain);',
    planted: 'for (const chain of (await registeredChains(store, table)).slice(0, 0)) add(chain);',
  },
  {
    name: 'a swap without seals',
    file: 'lib/pipeline/compact/sealed-chain.ts',
    found: 'await putSeal(ports, chain, { generation, slot: slots.length, coverage });',
    planted: 'if (slots.length >= 0) return { entry: entryOf(chain, coverage, before, slots), slots };',
  },
  {
    name: 'each compactor follows a plan of its own',
    file: 'lib/pipeline/compact/compact-hour.ts',
    found: 'await store.putIfAbsent(key, Buffer.from(JSON.stringify(plan)), {});',
    planted: 'await store.putIfAbsent(key, Buffer.from(JSON.stringify(plan)), {});\nreturn plan;',
  },
  {
    name: 'the compact object is written before the other parts',
    file: 'lib/pipeline/compact/compact-hour.ts',
    found: '[...plan.parts.entries()].reverse()',
    planted: '[...plan.parts.entries()]',
  },
  {
    name: 'a compaction forgets what was rejected',
    file: 'lib/pipeline/compact/sealed-chain.ts',
    found: '...coverage, rejected };',
    planted: '...coverage, rejected: rejected.slice(0, 0) };',
  },
  {
    name: 'a compaction of a compacted hour forgets what came before',
    file: 'lib/pipeline/compact/compact-hour.ts',
    found: 'const keys = [...(await partsOf(store, table, hour, generation)), ...slots',
    planted: 'const keys = [...slots',
  },
  {
    name: 'a generation that has begun is left unfinished',
    file: 'lib/pipeline/compact/compact-hour.ts',
    found: 'const notDue = begun > complete ? null : options',
    planted: 'const notDue = begun < 0 ? null : options',
  },
  {
    name: 'readers are sent to a new generation under one name only',
    file: 'lib/pipeline/compact/swap.ts',
    found: 'for (const name of names) {\n',
    planted: 'for (const name of names.slice(0, 1)) {\n',
  },
  {
    name: 'a swap that another compactor did not come to is not finished',
    file: 'lib/pipeline/compact/compact-hour.ts',
    found: 'await moveForward(ports, table, hour, complete);',
    planted: '',
  },
  {
    name: 'old generations are deleted when readers have not been sent on',
    file: 'lib/pipeline/compact/delete-generations.ts',
    found: 'if (readAtMs === null || clock.now() - readAtMs < keepMs) return 0;',
    planted: 'if (clock.now() < Number(readAtMs)) return 0;',
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

/** Loads the sink's handler and the compactor with the variant planted. */
export async function plant(variant: Variant): Promise<SinkAndCompactor> {
  const copy = await plantedCopy(variant);
  const { createHandler } = await import(join(copy, 'lambdas/sink/handler.ts'));
  const { compactHour } = await import(join(copy, 'lib/pipeline/compact/compact-hour.ts'));
  return { createHandler, compactHour };
}
