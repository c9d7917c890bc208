import { expect, it } from 'vitest';
import { HIT, probed, regionOf } from './probes.ts';

const SOURCE = `
const double = (n) => n * 2;
function sign(n) {
  if (n < 0) {
    return 'minus';
  }
  return n === 0 ? 'zero' : 'plus';
}
globalThis.result = [double(2), sign(0)];
`;

it('probes report what runs, and change nothing', async () => {
  const hits = new Set<string>();
  const world = globalThis as Record<string, unknown>;
  world[HIT] = (region: string) => hits.add(region);
  const { source, regions } = probed('lib/example.ts', SOURCE);
  await import(`data:text/javascript,${encodeURIComponent(source)}`);
  expect(world.result).toEqual([4, 'zero']);
  const regionAt = (text: string) => {
    const start = SOURCE.indexOf(text);
    return regionOf(regions, { start, end: start + text.length }).id;
  };
  const places = ['n * 2', "'minus'", "'zero'", "'plus'", 'n < 0', 'double(2)'];
  expect(places.filter((place) => hits.has(regionAt(place)))).toEqual(['n * 2', "'zero'", 'n < 0', 'double(2)']);
  delete world[HIT];
  delete world.result;
});
