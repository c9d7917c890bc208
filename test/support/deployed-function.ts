import { type BareLambda, bareLambda } from './bare-lambda.ts';
import { functions } from './function-findings.ts';
import { functionOf, type Synthesis, type SynthesisedFunction } from './synthesis.ts';

/** Functions that have DuckDB's layer. */
export const withDuckdb: readonly string[] = ['sink', 'recount'];

/** A function of the synthesis, by its folder in `lambdas/`. */
export function asDeployed(synthesis: Synthesis, lambda: string): SynthesisedFunction {
  return functionOf(synthesis, functions[lambda]?.description ?? '');
}

/**
 * Starts the function on bare Node with its own asset and variables; `known` provides the values that are known only at
 * deployment.
 */
export function startDeployed(
  synthesis: Synthesis,
  lambda: string,
  known: Readonly<Record<string, string>>,
  endpoints: Readonly<Record<string, string>> = {},
): Promise<BareLambda> {
  const { asset, variables } = asDeployed(synthesis, lambda);
  const own = Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : known[name]]);
  const environment: Record<string, string> = { ...Object.fromEntries(own), ...endpoints };
  return bareLambda({ asset, environment, duckdb: withDuckdb.includes(lambda) });
}
