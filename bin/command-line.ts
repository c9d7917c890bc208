import { Command, CommanderError } from 'commander';
import { findProjectFile, loadProject } from '../lib/adapters/project-file.ts';
import { packageFacts } from '../lib/package-root.ts';
import { SettingError } from '../lib/settings.ts';
import { acceptCommand } from './commands/accept.ts';
import { auditCommand } from './commands/audit.ts';
import { backfillCommand } from './commands/backfill.ts';
import { compactCommand } from './commands/compact.ts';
import { costCommand } from './commands/cost.ts';
import { dlqCommand } from './commands/dlq.ts';
import { doctorCommand } from './commands/doctor.ts';
import { inferCommand } from './commands/infer.ts';
import { initCommand } from './commands/init.ts';
import { layerCommand } from './commands/layer.ts';
import { metricsCommand } from './commands/metrics.ts';
import { modelsCommand } from './commands/models.ts';
import { produceCommand } from './commands/produce.ts';
import { queryCommand } from './commands/query.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { repairCommand } from './commands/repair.ts';
import { resetCommand } from './commands/reset.ts';
import { startCommand } from './commands/start.ts';
import { streamsCommand } from './commands/streams.ts';
import { transformCommand } from './commands/transform.ts';
import { verifyCommand } from './commands/verify.ts';
import { UsageError } from './usage-error.ts';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs `weir` with these arguments (the first two are Node's) and returns the exit code. Failures are reported in one
 * line on stderr. Commands load their modules when they run, so that help is fast.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let code = DONE;
  process.stdout.on('error', leaveQuietly);
  const program = weir((exitCode) => {
    code = exitCode;
  });
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    return explain(error, commandName(argv));
  }
}

function weir(exit: (code: number) => void): Command {
  const program = new Command('weir');
  program
    .description('A streaming lakehouse: events in, exactly-once Parquet tables out.')
    .version(version(), '--version', 'print the version')
    .option(
      '--project <path>',
      'the weir.config.ts of the project, or its folder (default: the nearest upwards from here)',
    )
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EXAMPLES);
  const project = () => {
    const path: string | undefined = program.opts().project;
    return loadProject(path ?? findProjectFile(process.cwd()));
  };
  for (const command of [
    startCommand,
    produceCommand,
    queryCommand,
    streamsCommand,
    metricsCommand,
    transformCommand,
    backfillCommand,
    rebuildCommand,
    compactCommand,
    auditCommand,
    repairCommand,
    modelsCommand,
    dlqCommand,
    doctorCommand,
    verifyCommand,
    resetCommand,
    costCommand,
    acceptCommand,
    initCommand,
    inferCommand,
    layerCommand,
  ]) {
    program.addCommand(command({ exit, project }));
  }
  forEachCommand(program, (command) => {
    command.exitOverride().configureOutput({ outputError: (text, write) => write(usageLine(command, text)) });
  });
  return program;
}

const EXAMPLES = `
Examples:
  $ weir start                                        the whole pipeline on this machine
  $ weir query "select * from lake.shop_purchases"    SQL over what has come in
  $ weir produce shop.purchases --file events.ndjson  send events of your own
`;

function forEachCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const inner of command.commands) forEachCommand(inner, change);
}

function version(): string {
  return packageFacts().version;
}

function usageLine(command: Command, text: string): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  const name = names.join(' ');
  return `${name}: ${text
    .replace(/^error: /, '')
    .trimEnd()
    .replaceAll('\n', ' ')} (see ${name} --help)\n`;
}

function explain(error: unknown, command: string): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? DONE : WRONG_USAGE;
  }
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');
  process.stderr.write(`${command}: ${message}\n`);
  return error instanceof UsageError || error instanceof SettingError ? WRONG_USAGE : FAILED;
}

function commandName(argv: readonly string[]): string {
  const name = argv[2];
  return name === undefined || name.startsWith('-') ? 'weir' : `weir ${name}`;
}

/** The reader of a pipe may close it early: `weir query … | head`. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(DONE);
  process.stderr.write(`weir: cannot write the output: ${error.message}\n`);
  process.exit(FAILED);
}
