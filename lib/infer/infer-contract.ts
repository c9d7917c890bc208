import { columnName, SYSTEM_COLUMNS } from '../contracts/column-name.ts';
import { type FieldGuess, hardlyAny, isTimeName, narrowest } from './narrowest-type.ts';
import type { Shape } from './shape.ts';

/** A field of the inferred contract. */
export interface InferredField extends FieldGuess {
  /** Its name on the wire, if that is not a valid field name. */
  readonly wire: string | null;
  /** Why it may be personal data; a person decides. */
  readonly suspect: string | null;
}

/** A choice, and the reason for it. */
interface Choice {
  readonly field: string | null;
  readonly because: string;
}

export interface InferredContract {
  readonly name: string;
  readonly fields: ReadonlyMap<string, InferredField>;
  /** null for none. */
  readonly key: Choice;
  /** null for the Kafka timestamp. */
  readonly eventTime: Choice;
  /** null for the record's position. */
  readonly identity: Choice;
  /** Names that stay in `_extra`, each with its reason. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** The contract that the events' shape suggests, for review by a person. */
export function inferContract(name: string, shape: Shape): InferredContract {
  const { members, seen } = shape.objects;
  const fields = new Map<string, InferredField>();
  const shapes = new Map<string, Shape>();
  const leftOut = new Map<string, string>();
  const spellings = new Set<string>();
  for (const [wire, member] of members) {
    const because = hardlyAny(member.seen, seen) ? 'hardly ever there' : whyNoField(wire, spellings);
    if (because !== null) {
      leftOut.set(wire, because);
      continue;
    }
    const field = fieldName(wire, spellings);
    for (const spelling of [columnName(field), wire.toLowerCase()]) spellings.add(spelling);
    const guessed = narrowest(wire, member, seen);
    fields.set(field, { ...guessed, wire: field === wire ? null : wire, suspect: personalData(wire, member) });
    shapes.set(field, member);
  }
  const identity = identityOf(fields, shapes, seen);
  return { name, fields, key: keyOf(fields, identity), eventTime: eventTimeOf(fields), identity, leftOut };
}

/** Why a contract cannot have a field for this wire name; null if it can. */
function whyNoField(wire: string, spellings: ReadonlySet<string>): string | null {
  if (wire.length > 255 || !/^[^$\p{C}][^\p{C}]*$/u.test(wire)) return 'no name that a field can have on the wire';
  return spellings.has(wire.toLowerCase()) ? 'called as another but for case' : null;
}

/** The wire name, or a valid field name derived from it. */
function fieldName(wire: string, spellings: ReadonlySet<string>): string {
  const plain = wire
    .replaceAll(/\W+/g, '_')
    .replace(/^_+(?=\w)/, '')
    .replace(/_+$/, '');
  const isLegal = /^[A-Za-z_]\w*$/.test(wire) && wire !== '__proto__';
  const legal = isLegal ? wire : `${/^[A-Za-z_]/.test(plain) ? '' : 'field_'}${plain}`;
  const isFree = (name: string) => !spellings.has(columnName(name)) && !SYSTEM_COLUMNS.includes(columnName(name));
  if (isFree(legal)) return legal;
  for (let count = 2; ; count += 1) if (isFree(`${legal}_${count}`)) return `${legal}_${count}`;
}

const PERSONAL =
  /name|mail|phone|mobile|address|street|birth|ssn|passport|iban|card|user|customer|account|actor|author|login|(^|_)ip($|_)/i;
const THINGS = /product|file|host|event|repo|hotel|page|brand|category|display/i;

function personalData(name: string, shape: Shape): string | null {
  const { texts, objects, items } = shape;
  if (texts.emails > 0) return 'values look like e-mail addresses';
  if (PERSONAL.test(name) && !THINGS.test(name)) return 'its name suggests it';
  if (items !== null) return personalData('', items);
  for (const [inner, member] of objects.members) {
    const suspect = personalData(inner, member);
    if (suspect !== null) return `${inner} inside it: ${suspect}`;
  }
  return null;
}

const TIMES = ['timestamp', 'epochSeconds', 'epochMillis', 'epochMicros'];
/** Names of an event's own time, the likeliest first. */
const TIME_NAMES = [/event/i, /^(@?timestamp|time|ts|at)$/i, /created|occurred|happened|sent/i, /time|date|stamp/i];

function eventTimeOf(fields: ReadonlyMap<string, InferredField>): Choice {
  const times = [...fields]
    .filter(([, { guess, nullable }]) => !nullable && TIMES.includes(guess.call))
    .map(([name]) => name);
  const rank = (name: string) => {
    const found = TIME_NAMES.findIndex((pattern) => pattern.test(name));
    return found < 0 ? TIME_NAMES.length + (isTimeName(name) ? 0 : 1) : found;
  };
  const [best] = [...times].sort((one, other) => rank(one) - rank(other));
  if (best === undefined) return { field: null, because: 'No timestamp is in every event of the sample.' };
  const others = times.length === 1 ? 'the only timestamp' : `of ${times.join(', ')} the likeliest by its name`;
  return { field: best, because: `${others}, and in every event of the sample.` };
}

const IDS = ['uuid', 'string', 'integer', 'bigint'];

function identityOf(
  fields: ReadonlyMap<string, InferredField>,
  shapes: ReadonlyMap<string, Shape>,
  events: number,
): Choice {
  const all = [...fields].filter(
    ([name, { guess, nullable }]) =>
      !nullable &&
      IDS.includes(guess.call) &&
      /id$|uuid|key$|number$/i.test(name) &&
      shapes.get(name)?.distinct.size === events,
  );
  const [found] = all;
  if (found === undefined || events < 2) {
    return { field: null, because: 'No id differs in every event of the sample.' };
  }
  return { field: found[0], because: 'It differs in every event of the sample.' };
}

function keyOf(fields: ReadonlyMap<string, InferredField>, identity: Choice): Choice {
  const id = [...fields].find(
    ([name, { guess, nullable }]) =>
      !nullable && IDS.includes(guess.call) && /id$|uuid|key$|code$/i.test(name) && name !== identity.field,
  );
  if (id !== undefined)
    return { field: id[0], because: 'Records with the same one stay in order. An id that others share.' };
  if (identity.field !== null)
    return { field: identity.field, because: 'The only id in every event: it spreads the records.' };
  return { field: null, because: 'No id is in every event of the sample: records are spread evenly.' };
}
