import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { MeterEnv } from '../../lambdas/meter/env.ts';
import type { LocatedProject } from '../project.ts';
import type { LiveStore } from './store-stack.ts';
import type { Brokers } from './stream-stack.ts';
import { addTopicMappings, pairs, sourceStatements, type TopicSource } from './topic-source.ts';
import { WeirFunction } from './weir-function.ts';
import type { WeirStack } from './weir-stack.ts';

interface MeterProps {
  readonly project: LocatedProject;
  readonly brokers: Brokers;
  readonly store: LiveStore;
}

/** The function that counts live metrics, with a mapping for the topic of each stream that has any. */
export class Meter extends Construct {
  readonly meter: WeirFunction<MeterEnv>;

  constructor(stack: WeirStack, { project, brokers, store }: MeterProps) {
    super(stack, 'Meter');
    const { deployment } = stack;
    const source: TopicSource = { deployment, brokers, reader: 'meter', contracts: project.contracts };
    const environment: MeterEnv = {
      ...store.variables('meter'),
      WEIR_INCARNATIONS: pairs(deployment.incarnations),
      WEIR_TOPICS: pairs(deployment.topics),
    };
    this.meter = new WeirFunction(this, 'Count', {
      deployment,
      lambda: 'meter',
      configFile: project.configFile,
      description: 'Counts live metrics, each record once',
      environment,
      // Holds a payload of 6 MB and its events; the function is limited by its share of the processor.
      memoryMegabytes: 1024,
      // A batch takes a second; the rest allows for a store that fails over.
      timeout: Duration.minutes(1),
      readsTopics: true,
      statements: [...sourceStatements(source), store.statement('meter')],
    });
    addTopicMappings(this, this.meter.fn, source);
  }
}
