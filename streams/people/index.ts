import type { Stream } from '../../lib/index.ts';
import { peopleProfiles } from './profiles.ts';
import { peopleProfilesGenerator } from './profiles-generator.ts';

/** Customer profiles. */
export const people: readonly Stream[] = [{ contract: peopleProfiles, generator: peopleProfilesGenerator }];
