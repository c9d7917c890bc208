import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { dataDirOption } from '../setting-options.ts';

export function queryCommand({ exit, project }: CommandContext): Command {
  return new Command('query')
    .description(
      'Run SQL over the lake and the models’ tables. Works beside a running pipeline or alone. (A large result from the models’ tables delays their refresh until it is read.)',
    )
    .argument('<sql>', 'one statement in DuckDB’s SQL dialect; - reads it from standard input')
    .addOption(new Option('--csv', 'print CSV (RFC 4180)').conflicts('json'))
    .option('--json', 'print one JSON array of objects; bigint, decimal and timestamp values are strings')
    .addOption(dataDirOption())
    .addHelpText(
      'after',
      `
The tables of the SQL models can be queried too, such as analytics.rooms; "weir models" lists them.
Each stream has a table: lake.shop_purchases for shop.purchases. What could not be a row is in lake.dead_letters.
Besides the columns that STREAMS.md lists, a table has dt (day) and hour of its ingest hour, UTC.

Examples:
  $ weir query "select country, count(*) from lake.shop_purchases group by country"
  $ weir query "select * from lake.dead_letters order by ingested_at desc limit 5"
  $ weir query --csv "from lake.shop_feedback where dt = '2026-01-31'" > feedback.csv
`,
    )
    .action(async (sql, options) => {
      const { runQuery } = await import('../run/query.ts');
      exit(await runQuery(await project(), sql, options));
    });
}
