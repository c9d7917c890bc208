import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { awsCode, awsTrouble } from './aws-trouble.ts';

/**
 * Calls a function and waits for its answer.
 * @param client with a socket timeout as long as the function's own, and no retries: a slow call is not a lost one.
 * @throws with the function's message if it fails.
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
