import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphLayout, lineageOf } from '../../../web/model/graph-layout.ts';

const node = (name: string, ...reads: string[]) => ({ name, reads });

describe('the layout of a graph', () => {
  it('places a node to the right of all that it reads, however long the way', () => {
    const { places, columns } = graphLayout([node('lake'), node('a', 'lake'), node('b', 'a'), node('c', 'lake', 'b')]);
    expect(['lake', 'a', 'b', 'c'].map((name) => places.get(name)?.column)).toEqual([0, 1, 2, 3]);
    expect(columns).toBe(4);
  });

  it('places nodes beside what they read, so that lines do not cross', () => {
    const { places } = graphLayout([node('x'), node('y'), node('of-y', 'y'), node('of-x', 'x')]);
    expect([places.get('of-x')?.row, places.get('of-y')?.row]).toEqual([0, 1]);
  });

  it('of nothing is empty', () => {
    expect(graphLayout([])).toMatchObject({ edges: [], columns: 0, rows: 0 });
  });

  it('leaves out what is not listed', () => {
    expect(graphLayout([node('a', 'elsewhere')]).edges).toEqual([]);
  });

  it('gives every node of any graph a place of its own, and draws every line from left to right', () => {
    const graphs = fc
      .array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { maxLength: 30 })
      .map((reads) => reads.map((of, at) => node(`${at}`, ...of.filter((one) => one < at).map(String))));
    fc.assert(
      fc.property(graphs, (nodes) => {
        const { places, edges, columns, rows } = graphLayout(nodes);
        expect(new Set([...places.values()].map(({ column, row }) => `${column} ${row}`)).size).toBe(nodes.length);
        for (const { column, row } of places.values()) expect(column < columns && row < rows).toBe(true);
        for (const { from, to } of edges) {
          expect(places.get(from)?.column).toBeLessThan(places.get(to)?.column ?? -1);
        }
      }),
    );
  });
});

it('the lineage of a node is what it reads and what reads it, not what its neighbours read besides', () => {
  const nodes = [node('lake'), node('other'), node('a', 'lake'), node('b', 'a', 'other'), node('c', 'lake')];
  expect(lineageOf(nodes, 'a').map(({ name }) => name)).toEqual(['lake', 'a', 'b']);
  expect(lineageOf(nodes, 'b').map(({ name }) => name)).toEqual(['lake', 'other', 'a', 'b']);
});
