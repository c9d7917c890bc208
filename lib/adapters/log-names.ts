const NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/**
 * Refuses names that Kafka refuses too, and so any name that could lead out of the log's folder.
 * @throws saying what was expected and found.
 */
export function assertName(what: 'topic' | 'group', name: string): void {
  if (NAME.test(name) && name !== '.' && name !== '..') return;
  const expected = '1 to 249 letters, digits, dots, dashes or underscores';
  throw new Error(`event log: expected the name of a ${what} to be ${expected}, found "${name.slice(0, 300)}"`);
}
