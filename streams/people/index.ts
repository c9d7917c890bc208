import type { Stream } from '../../lib/project.ts';
import { peopleProfiles } from './profiles.ts';
import { peopleProfilesGenerator } from './profiles-generator.ts';

/** Customer profiles. */
export const people: readonly Stream[] = [{ contract: peopleProfiles, generator: peopleProfilesGenerator }];
