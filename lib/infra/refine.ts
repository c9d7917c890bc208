import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { RefineEnv } from '../../lambdas/refine/env.ts';
import { refinedStreams } from '../derive/topic-readers.ts';
import type { LocatedProject } from '../project.ts';
import type { Brokers } from './stream-stack.ts';
import { addTopicMappings, pairs, sourceStatements, type TopicSource, topicIn } from './topic-source.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface RefineProps {
  readonly project: LocatedProject;
  readonly brokers: Brokers;
}

/**
 * The function that creates refined streams, with a mapping from each source's topic. Like the sink's, its mappings
 * never skip a batch, because a skipped batch would be missing from the refined topics permanently.
 */
export class Refine extends Construct {
  readonly refine: WeirFunction<RefineEnv>;

  constructor(stack: WeirStack, { project, brokers }: RefineProps) {
    super(stack, 'Refine');
    const { deployment } = stack;
    const { contracts } = project;
    const source: TopicSource = { deployment, brokers, reader: 'refine', contracts };
    const environment: RefineEnv = {
      KAFKA_BROKERS: brokers.bootstrapServers,
      WEIR_INCARNATIONS: pairs(deployment.incarnations),
      WEIR_TOPICS: pairs(deployment.topics),
    };
    this.refine = new WeirFunction(this, 'Append', {
      deployment,
      lambda: 'refine',
      configFile: project.configFile,
      description: 'Appends what records refine to, topic to topic',
      environment,
      // Holds a payload of 6 MB, its events, and a request to each refined topic; the function is limited by its share
      // of the processor.
      memoryMegabytes: 1024,
      // A batch takes seconds; the rest allows for a broker failure, whose replacement is found within about ten.
      timeout: Duration.minutes(2),
      readsTopics: true,
      place: brokers.clientPlace,
      statements: [
        ...sourceStatements(source),
        new PolicyStatement({
          sid: 'Producer',
          actions: ['kafka-cluster:WriteDataIdempotently'],
          resources: [brokers.clusterArn],
        }),
        new PolicyStatement({
          sid: 'RefinedTopics',
          actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
          resources: refinedStreams(contracts).targets.map((contract) =>
            brokers.topicArn(topicIn(deployment, contract)),
          ),
        }),
      ],
    });
    addTopicMappings(this, this.refine.fn, source);
  }
}
