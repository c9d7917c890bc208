import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, type LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { awsCode, awsTrouble } from './aws-trouble.ts';

/**
 * The outputs of a stack, by name.
 * @throws when there is no such stack, or the request is refused.
 */
export async function stackOutputs(client: CloudFormationClient, stack: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    throw awsTrouble('CloudFormation DescribeStacks', stack, error);
  }
}

/**
 * Calls a function and waits for its answer.
 * @param client with a socket time-out as long as the function's own, and no repetition: a call that takes long is no lost one.
 * @throws with the function's message when it fails.
 */
export async function invoke(client: LambdaClient, functionName: string, event: object): Promise<unknown> {
  try {
    const answer = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }));
    const payload: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || 'null');
    if (answer.FunctionError === undefined) return payload;
    const { errorMessage = answer.FunctionError } = payload as { readonly errorMessage?: string };
    throw new Error(`the function failed: ${errorMessage}`);
  } catch (error) {
    const hint = awsCode(error) === 'TooManyRequestsException' ? ' (it is busy with another call: try again)' : '';
    throw awsTrouble('Lambda Invoke', `${functionName}${hint}`, error);
  }
}

/** The event source mappings of a function. @throws when the request is refused. */
export async function mappingsOf(client: LambdaClient, functionName: string) {
  const found: { topic: string; state: string; lastResult: string }[] = [];
  try {
    for await (const page of paginateListEventSourceMappings({ client }, { FunctionName: functionName })) {
      for (const { Topics, State = '', LastProcessingResult = '' } of page.EventSourceMappings ?? [])
        found.push({ topic: Topics?.[0] ?? '', state: State, lastResult: LastProcessingResult });
    }
    return found;
  } catch (error) {
    throw awsTrouble('Lambda ListEventSourceMappings', functionName, error);
  }
}
