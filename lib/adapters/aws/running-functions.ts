import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { awsTrouble } from './aws-trouble.ts';

/**
 * The outputs of a stack, by name.
 * @throws if the stack does not exist, or the request is refused.
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

/** The event source mappings of a function. @throws if the request is refused. */
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
