/**
 * What a changed contract would break. Producers, tables and readers of the released contract must keep working: a new
 * nullable field or a looser rule is compatible; anything stricter needs a new version. Changes that the topic or table
 * cannot support (Parquet files keep their types, Kafka its partitions) are not allowed in any version of the stream.
 */
import type { Contract, ValueRule } from '../contracts/contract.ts';
import { type ReleasedContract, type ReleasedField, releasedContract } from './released.ts';

interface Finding {
  readonly what: string;
  /** What to do if a new version of the same stream is not enough. */
  readonly cure?: string;
}

/**
 * One line for each promise of `released` that `current` breaks, with what was found and what to do; empty if `current`
 * is compatible under its stated version.
 * @param current the current contract of that name; undefined if it was removed.
 */
export function incompatibilities(
  released: ReleasedContract,
  current: ReleasedContract | undefined,
): readonly string[] {
  if (current === undefined || current.name !== released.name) {
    const found = current === undefined ? 'there is no such stream any more' : `its name is ${current.name} now`;
    return [
      `${released.name}: ${found}; a name is permanent, and its topic and table have data: bring it back, and make a new version of it`,
    ];
  }
  const findings = [
    ...streamFindings(released, current),
    ...fieldFindings(released.fields, current.fields),
    ...metricFindings(released, current),
  ];
  const newVersion = current.version > released.version;
  return findings
    .filter(({ cure }) => cure !== undefined || !newVersion)
    .map(({ what, cure }) => {
      const todo = cure ?? `with version: ${released.version + 1} in its contract`;
      return `${released.name}, version ${released.version}: ${what}; make a new version, ${todo}`;
    });
}

function streamFindings(released: ReleasedContract, current: ReleasedContract): readonly Finding[] {
  const findings: Finding[] = [];
  for (const fact of ['key', 'eventTime', 'identity', 'refinedFrom'] as const) {
    if (current[fact] !== released[fact]) {
      findings.push({ what: `${fact} was ${released[fact] ?? 'none'}, is ${current[fact] ?? 'none'}` });
    }
  }
  if (current.version < released.version) findings.push({ what: `version is ${current.version}` });
  if (current.kafkaPartitions < released.kafkaPartitions) {
    const cure = 'as a stream of another name, because a topic never has fewer than it had';
    findings.push({ what: `kafkaPartitions was ${released.kafkaPartitions}, is ${current.kafkaPartitions}`, cure });
  }
  for (const name of released.alsoKnownAs) {
    if (!current.alsoKnownAs.includes(name)) findings.push({ what: `the table is no longer also known as ${name}` });
  }
  for (const name of current.rules) {
    if (!released.rules.includes(name)) findings.push({ what: `rule ${name} is new, and refuses what was accepted` });
  }
  return findings;
}

/** Dashboards query metrics by name, so the meaning of a name must not change. */
function metricFindings(released: ReleasedContract, current: ReleasedContract): readonly Finding[] {
  const meanings = new Map((current.metrics ?? []).map(({ name, meaning }) => [name, meaning]));
  return (released.metrics ?? []).flatMap(({ name, meaning }): readonly Finding[] => {
    const now = meanings.get(name);
    if (now === meaning) return [];
    if (now === undefined) return [{ what: `metric ${name} is gone` }];
    const what = `metric ${name} was ${meaning}, is ${now}`;
    return [{ what, cure: 'with a metric of another name, because this name’s figures mean what was released' }];
  });
}

function fieldFindings(released: readonly ReleasedField[], current: readonly ReleasedField[]): readonly Finding[] {
  const before = new Map(released.map((field) => [field.path, field]));
  const after = new Map(current.map((field) => [field.path, field]));
  const added = current.filter(({ path }) => !before.has(path));
  const gone = released.filter(({ path }) => !after.has(path)).filter(({ path }) => !isInside(path, before, after));
  return [
    ...gone.map((field) => removal(field, added)),
    ...released.flatMap((field) => changes(field, after.get(field.path))),
    ...added
      .filter(({ path, nullable }) => !nullable && !isInside(path, after, before))
      .map(({ path }) => ({ what: `field ${path} is new and required, which events so far do not have` })),
  ];
}

/** Whether the field is nested in one of `ofThese` that `others` lack or have with another type, already reported. */
function isInside(
  path: string,
  ofThese: ReadonlyMap<string, ReleasedField>,
  others: ReadonlyMap<string, ReleasedField>,
): boolean {
  return [...ofThese.values()].some(
    ({ path: outer, type }) =>
      path.length > outer.length &&
      path.startsWith(outer) &&
      /^[.[{]/.test(path.slice(outer.length)) &&
      others.get(outer)?.type !== type,
  );
}

function removal(field: ReleasedField, added: readonly ReleasedField[]): Finding {
  const heir = added.find(({ type }) => type === field.type);
  const hint = heir === undefined ? '' : ` (renamed to ${heir.path}?)`;
  return { what: `field ${field.path} is gone${hint}` };
}

function changes(before: ReleasedField, after: ReleasedField | undefined): readonly Finding[] {
  if (after === undefined) return [];
  const field = `field ${before.path}`;
  if (after.type !== before.type) {
    const what = `${field} was ${before.type}, is ${after.type}`;
    // A nested field is part of JSON text, whose column does not change.
    if (/[.[{]/.test(before.path)) return [{ what }];
    return [{ what, cure: 'with a field of another name, because a table’s files keep their types' }];
  }
  const findings: Finding[] = [];
  if (before.spelling !== null && after.spelling !== before.spelling) {
    findings.push({ what: `${field} was taken as ${before.spelling}, and is no longer` });
  } else if (before.type === 'timestamp' && after.spelling !== before.spelling) {
    findings.push({ what: `${field} was text, and is ${after.spelling}` });
  }
  if (before.wire !== after.wire) {
    findings.push({ what: `${field} was called ${wireText(before)} on the wire, is called ${wireText(after)}` });
  }
  if (before.nullable && !after.nullable) findings.push({ what: `${field} was nullable, is required` });
  if (before.masked !== after.masked) {
    findings.push({ what: `${field} was ${maskText(before)}, is ${maskText(after)}` });
  }
  return [...findings, ...lengthChanges(field, before, after), ...ruleChanges(field, before.rule, after.rule)];
}

const wireText = ({ wire, path }: ReleasedField) => wire ?? path;

const maskText = ({ masked }: ReleasedField) => (masked ? 'masked' : 'in clear');

function lengthChanges(field: string, before: ReleasedField, after: ReleasedField): readonly Finding[] {
  const { maxLength: then = Infinity } = before;
  const { maxLength: now = Infinity } = after;
  if (now < then) return [{ what: `${field} has at most ${now} characters, had ${lengthText(before)}` }];
  if (now === then || /[.[{]/.test(before.path)) return [];
  const tables = 'warehouse tables that mirror it have columns of the former width, see docs/models.md';
  return [{ what: `${field} has ${lengthText(after)}, had at most ${then} characters: ${tables}` }];
}

const lengthText = ({ maxLength }: ReleasedField) =>
  maxLength === undefined ? 'no limit of its own' : `at most ${maxLength} characters`;

function ruleChanges(field: string, before: ValueRule | null, after: ValueRule | null): readonly Finding[] {
  if (after === null) return [];
  const bounds = ['minimum', 'exclusiveMinimum', 'maximum'] as const;
  const tighter = bounds.filter((bound) => {
    const now = after[bound];
    const then = before?.[bound];
    if (now === undefined) return false;
    return then === undefined || (bound === 'maximum' ? now < then : now > then);
  });
  const findings = tighter.map((bound) => ({
    what: `${field} has ${bound} ${after[bound]}, was ${before?.[bound] ?? 'without'}`,
  }));
  const lost = after.oneOf === undefined ? [] : lostValues(before?.oneOf, after.oneOf);
  return lost.length === 0 ? findings : [...findings, { what: `${field} no longer takes ${lost.join(', ')}` }];
}

function lostValues(before: readonly string[] | undefined, after: readonly string[]): readonly string[] {
  if (before === undefined) return ['any text'];
  const kept = new Set(after);
  return before.filter((value) => !kept.has(value));
}

/** Everything that the current contracts break compared with the released ones, including removed streams. */
export function brokenPromises(
  released: readonly ReleasedContract[],
  contracts: readonly Contract[],
): readonly string[] {
  const current = new Map(contracts.map((contract) => [contract.name, releasedContract(contract)]));
  return released.flatMap((before) => incompatibilities(before, current.get(before.name)));
}
