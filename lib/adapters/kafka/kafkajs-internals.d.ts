/** Internals of kafkajs 2.2.4 that its types omit; only those that this folder uses. */

declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, KafkaConfig } from 'kafkajs';
  import type { InternalEncoder } from 'kafkajs/src/protocol/encoder.js';

  export interface ProtocolRequest<T> {
    readonly request: {
      readonly apiKey: number;
      readonly apiVersion: number;
      readonly apiName: string;
      readonly encode: () => Promise<InternalEncoder>;
    };
    readonly response: {
      readonly decode: (bytes: Buffer) => Promise<T>;
      readonly parse: (decoded: T) => Promise<T>;
    };
  }

  export interface InternalBroker {
    readonly versions: Readonly<
      Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>
    >;
    readonly connectionPool: { send<T>(request: ProtocolRequest<T>): Promise<T> };
    offsetCommit(commit: {
      readonly groupId: string;
      readonly groupGenerationId: number;
      readonly memberId: string;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[];
    }): Promise<unknown>;
  }

  export default class Cluster {
    constructor(
      options: Omit<KafkaConfig, 'brokers' | 'logLevel' | 'logCreator'> & {
        readonly brokers: readonly string[];
        readonly logger: unknown;
        readonly socketFactory: ISocketFactory;
        readonly metadataMaxAge: number;
        readonly allowAutoTopicCreation: boolean;
      },
    );
    readonly brokerPool: { findConnectedBroker(): Promise<InternalBroker> };
    addTargetTopic(topic: string): Promise<void>;
    findGroupCoordinator(group: { readonly groupId: string }): Promise<InternalBroker>;
    disconnect(): Promise<void>;
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { logCreator, logLevel } from 'kafkajs';

  const loggers: {
    createLogger(options: {
      readonly level?: logLevel | undefined;
      readonly logCreator?: logCreator | undefined;
    }): unknown;
  };
  export default loggers;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    constructor(options: { readonly clientId: string; readonly broker: string; readonly logger: unknown });
    readonly pending: unknown[];
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
    destroy(): void;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';
  export default function socketFactory(): ISocketFactory;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export interface InternalEncoder {
    writeUVarInt(value: number): this;
    writeUVarIntBytes(value: string): this;
    writeInt8(value: number): this;
    writeBoolean(value: boolean): this;
  }
  const Encoder: new () => InternalEncoder;
  export default Encoder;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export interface InternalDecoder {
    readInt16(): number;
    readInt32(): number;
    readUVarInt(): number;
    readUVarIntString(): string | null;
    readUVarIntArray<T>(read: (decoder: InternalDecoder) => T): T[] | null;
    readTaggedFields(): unknown;
    readBytes(length: number): Buffer;
  }
  const Decoder: new (bytes: Buffer) => InternalDecoder;
  export default Decoder;
}
