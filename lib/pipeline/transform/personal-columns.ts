import type { PersonalNames } from '../../derive/personal-names.ts';
import type { Model } from './model.ts';
import type { ModelGraph } from './model-graph.ts';

/**
 * The columns of a model that hold personal data: those named like personal data in any lake table that the model
 * reads, directly or through others, and those that its header declares personal, except those that it declares public.
 */
export function personalColumns(model: Model, graph: ModelGraph, names: PersonalNames): ReadonlySet<string> {
  const read = new Set([...graph.upstream(model.name)].flatMap((table) => [...(names.get(table) ?? [])]));
  return new Set(model.columns.filter(({ name, personal }) => personal ?? read.has(name)).map(({ name }) => name));
}
