import { readFileSync } from 'node:fs';
import { join } from 'node:path';
// The main entry exports the class without a locale; a bundle keeps none of its seventy other exports.
import { Faker, type LocaleDefinition } from '@faker-js/faker';

let words: LocaleDefinition | undefined;

/**
 * Replaces, in bundles, Faker's English locale, a third of the generator's code. Its words are in a JSON file that is
 * read with the first events instead of compiled at each start.
 */
export const faker = {
  constructor: Faker,
  get rawDefinitions(): LocaleDefinition {
    words ??= JSON.parse(readFileSync(join(import.meta.dirname, 'words.json'), 'utf8')) as LocaleDefinition;
    return words;
  },
};
