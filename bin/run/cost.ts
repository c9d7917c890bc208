import { modelFiles } from '../../lib/adapters/model-files.ts';
import type { CostLine } from '../../lib/cost/cost-line.ts';
import { costLines, historyMonth, runsCost } from '../../lib/cost/cost-lines.ts';
import { costTable, costTotals } from '../../lib/cost/cost-table.ts';
import { ingestMillion } from '../../lib/cost/live-lines.ts';
import { assumptions, exampleLoad, type Load } from '../../lib/cost/load.ts';
import { prices } from '../../lib/cost/prices.ts';
import { type TemplateFacts, templateFacts } from '../../lib/cost/template-facts.ts';
import type { Broker, Deployment } from '../../lib/infra/deployment.ts';
import { selectDeployment } from '../../lib/infra/select-deployment.ts';
import { templatesOf } from '../../lib/infra/templates.ts';
import type { LocatedProject } from '../../lib/project.ts';

interface CostOptions {
  readonly deployment: string;
  readonly eventsPerSecond: number;
  readonly bytes: number;
  readonly queries: number;
}

/** The smallest broker of each kind that Weir creates, with disks for a week of the load. */
function smallest({
  eventsPerSecond,
  bytesPerEvent,
}: Load): readonly [serverless: Broker, express: Broker, standard: Broker] {
  const heldGigabytes = (eventsPerSecond * bytesPerEvent * SECONDS_PER_DAY * assumptions.retainedDays) / 1e9;
  const storageGibibytes = Math.min(16_384, Math.max(10, Math.ceil(heldGigabytes * DISK_RESERVE)));
  return [
    { kind: 'serverless' },
    { kind: 'express', instanceType: 'express.m7g.large', brokers: 3 },
    { kind: 'standard', instanceType: 'kafka.m7g.large', brokers: 3, storageGibibytes },
  ];
}

const SECONDS_PER_DAY = 86_400;
const DISK_RESERVE = 1.25;

/** The output of `weir cost`: the deployment's monthly cost with each kind of broker, at this load. */
export async function runCost(project: LocatedProject, options: CostOptions): Promise<string> {
  const { deployment, eventsPerSecond, bytes, queries } = options;
  const { length: models } = await modelFiles(project.modelsDir, project.contracts);
  const load: Load = { ...exampleLoad, eventsPerSecond, bytesPerEvent: bytes, queriesPerDay: queries, models };
  return costReport(project, selectDeployment(deployment, project.deployments, project.contracts), load);
}

function costReport(project: LocatedProject, deployment: Deployment, load: Load): string {
  const { eventsPerSecond, bytesPerEvent } = load;
  const linesOf = (changed: Partial<Deployment>): readonly CostLine[] => {
    // The prices are for one region, which offers every kind.
    const templates = templatesOf({ ...deployment, region: prices.region, ...changed }, project);
    return costLines(templateFacts(templates), load);
  };
  const kinds = smallest(load);
  const sections = kinds.map((broker) => {
    const own = deployment.broker.kind === broker.kind ? deployment.broker : broker;
    return `## ${title(own)}\n\n${costTable(linesOf({ broker: own }), load)}`;
  });
  const floors = kinds.map((broker) => {
    const lines = linesOf({ broker, pollers: 'onDemand', warehouse: null, live: null, generate: false });
    return { broker, fixed: costTotals(lines, load).fixed };
  });
  return [
    `${deployment.name}: ${eventsPerSecond} events/s of ${bytesPerEvent} bytes. Prices of ${prices.region}, ${prices.asOf}, in dollars.`,
    ...sections,
    cheapestNote(floors),
    refreshNote(deployment, load),
    ...liveNotes(templateFacts(templatesOf(deployment, project))),
    ...historyNotes(deployment, load),
  ].join('\n\n');
}

function title(broker: Broker): string {
  return {
    serverless: 'MSK Serverless',
    express: 'MSK Express',
    standard: 'MSK Standard',
    existing: 'A cluster of others',
  }[broker.kind];
}

/** The floor: the fixed cost without any load, with the cheapest kind of broker. */
function cheapestNote(floors: readonly { readonly broker: Broker; readonly fixed: number }[]): string {
  const [least] = [...floors].sort((one, other) => one.fixed - other.fixed);
  if (least === undefined) return '';
  const { broker, fixed } = least;
  const brokers = 'instanceType' in broker ? `${broker.brokers} × ${broker.instanceType}` : title(broker);
  const disks = broker.kind === 'standard' ? ', disks for a week of this load included' : '';
  return (
    `The cheapest configuration: ${brokers}, on-demand pollers, no warehouse (Athena queries the lake), no live metrics: ` +
    `$${fixed.toFixed(2)} a month before any event${disks}.`
  );
}

const TEN_MINUTE_RUNS = 6;

function refreshNote({ warehouse }: Deployment, load: Load): string {
  if (warehouse === null) return 'No warehouse.';
  const more = runsCost(warehouse.baseRpu, TEN_MINUTE_RUNS, load) - runsCost(warehouse.baseRpu, 1, load);
  const state = warehouse.everyTenMinutes ? 'is on; its share of the above is' : 'is off; it would add';
  return `The refresh every ten minutes ${state} $${more.toFixed(2)} a month at ${warehouse.baseRpu} RPU.`;
}

function liveNotes({ live }: TemplateFacts): readonly string[] {
  if (live === null) return [];
  const dollars = ingestMillion(live).toFixed(4);
  return [
    `A million events sent over HTTP, ${assumptions.eventsPerIngestRequest} per request, cost $${dollars} up to their topics; ` +
      `one event per request takes ${assumptions.eventsPerIngestRequest} times as many requests.`,
  ];
}

function historyNotes({ warehouse }: Deployment, load: Load): readonly string[] {
  if (warehouse === null) return [];
  const { rpuHours, dollars } = historyMonth(warehouse.baseRpu, load);
  return [
    'The daily full run costs as much as an hourly run plus listing one more day: older hours are run again only if they have ' +
      `changed. Changing all ${load.models} models reruns the whole history: $${dollars.toFixed(2)} per month of history, ` +
      `${Math.round(rpuHours)} RPU hours; the daily limit is ${warehouse.dailyRpuHours}.`,
  ];
}
