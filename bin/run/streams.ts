import { lakeTable } from '../../lib/derive/names.ts';
import { topicOf } from '../../lib/derive/topic.ts';
import { tableLines } from '../../lib/local/display/table-output.ts';
import { jsonOutput, oneChunk } from '../../lib/local/query/query-output.ts';
import type { LocatedProject } from '../../lib/project.ts';
import { outputWidth, print } from '../print.ts';
import { effectiveSettings } from '../setting-options.ts';

/** `weir streams`. Returns the exit code. */
export async function streams({ contracts }: LocatedProject, options: { readonly json?: boolean }): Promise<number> {
  const { topics } = effectiveSettings({}, contracts);
  const names = ['stream', 'topic', 'table', 'kafka_partitions', 'description'];
  const columns = names.map((name) => ({ name, type: name === 'kafka_partitions' ? 'INTEGER' : 'VARCHAR' }));
  const rows = contracts.map((contract) => {
    const { database, table } = lakeTable(contract);
    const { name, kafkaPartitions, description } = contract;
    return [name, topicOf(contract, topics), `${database}.${table}`, kafkaPartitions, description];
  });
  const result = { columns, rows: oneChunk(rows) };
  await print(options.json ? jsonOutput(result) : tableLines(result, outputWidth()));
  return 0;
}
