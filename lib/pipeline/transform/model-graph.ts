import { type Model, ModelError } from './model.ts';

/** Models ordered so that each comes after everything that it reads. */
export interface ModelGraph {
  readonly models: readonly Model[];
  /** Tables that exist without a model, such as those of the lake. */
  readonly otherTables: readonly string[];
  /** Everything that the model reads, directly or through others: models and lake tables. */
  upstream(name: string): ReadonlySet<string>;
}

/** @throws ModelError for a duplicate name, a table that no model makes, and models that read each other in a cycle. */
export function modelGraph(models: readonly Model[], otherTables: readonly string[]): ModelGraph {
  const byName = new Map<string, Model>();
  for (const model of models) {
    const other = byName.get(model.name);
    if (other !== undefined || otherTables.includes(model.name)) {
      throw new ModelError(
        `${model.file}: expected a name of its own, found that ${other?.file ?? 'the lake'} has ${model.name} too`,
      );
    }
    byName.set(model.name, model);
  }
  const others = new Set(otherTables);
  for (const { file, reads } of models) {
    const unknown = reads.find((name) => !byName.has(name) && !others.has(name));
    if (unknown !== undefined) {
      throw new ModelError(
        `${file}: expected a model or a table of the lake, found ${unknown}${hint(unknown, byName)}`,
      );
    }
  }
  const ordered = inOrder(models, byName);
  const upstreams = new Map<string, ReadonlySet<string>>();
  for (const { name, reads } of ordered) {
    upstreams.set(name, new Set(reads.flatMap((read) => [read, ...(upstreams.get(read) ?? [])])));
  }
  return { models: ordered, otherTables, upstream: (name) => upstreams.get(name) ?? new Set() };
}

/** The models that read this model, directly or through others, in execution order. */
export function readersOf({ models, upstream }: ModelGraph, name: string): readonly string[] {
  return models.map((model) => model.name).filter((model) => upstream(model).has(name));
}

function hint(unknown: string, models: ReadonlyMap<string, Model>): string {
  if (!unknown.includes('.')) return ', which names no schema';
  const table = unknown.slice(unknown.indexOf('.') + 1);
  const like = [...models.values()].find((model) => model.table === table);
  if (like !== undefined) return `; there is ${like.name}`;
  return unknown.startsWith('lake.')
    ? '; add its stream to weir.config.ts, or read another table'
    : '; add that model, or read another table';
}

function inOrder(models: readonly Model[], byName: ReadonlyMap<string, Model>): readonly Model[] {
  const ordered: Model[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (model: Model, path: readonly Model[]): void => {
    if (state.get(model.name) === 'done') return;
    if (state.get(model.name) === 'open') {
      const circle = [...path.slice(path.indexOf(model)), model];
      throw new ModelError(
        `${circle.map(({ file }) => file).join(' reads ')}: expected models that do not read each other in a circle`,
      );
    }
    state.set(model.name, 'open');
    for (const read of model.reads) {
      const found = byName.get(read);
      if (found !== undefined) visit(found, [...path, model]);
    }
    state.set(model.name, 'done');
    ordered.push(model);
  };
  for (const model of [...models].sort((left, right) => (left.name < right.name ? -1 : 1))) visit(model, []);
  return ordered;
}
