import { describe, expect, it } from 'vitest';
import { exampleHouse, T } from '../../support/example-house.ts';

const { house, lakeRows } = exampleHouse();

describe('the lake', () => {
  it('has a thousand profiles of one batch in at most two objects, under both names', async () => {
    const profile = (index: number) => ({ full_name: `name ${index}`, event_timestamp: '2026-01-31 10:00:00' });
    await house().produce(
      'people.profiles',
      T,
      Array.from({ length: 1000 }, (_, index) => profile(index)),
    );
    await house().settle();
    for (const table of ['lake.people_profiles', 's3_spectrum_random_profile.random_customers']) {
      expect(await lakeRows(`select count(*), count(distinct kafka_offset) from ${table}`)).toEqual([['1000', '1000']]);
    }
    const objects = await house().deps.store.list('people_profiles/');
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.length).toBeLessThanOrEqual(2);
  });
});
