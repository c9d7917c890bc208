import type { ProtocolRequest } from 'kafkajs/src/cluster/index.js';
import Decoder, { type InternalDecoder } from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

export const METADATA_API = 3;
/** The first version with topic ids. kafkajs itself stops at 6. */
export const METADATA_VERSION = 10;

/** The error code of a topic that does not exist. */
export const UNKNOWN_TOPIC = 3;

export interface TopicIdentity {
  readonly errorCode: number;
  /** In the format of Kafka's own tools, base64url. All zeros if the cluster has assigned none. */
  readonly topicId: string;
}

/**
 * Requests one topic's id from a broker.
 *
 *     Metadata Request (Version: 10) => [topics] allow_auto_topic_creation
 *         include_cluster_authorized_operations include_topic_authorized_operations _tagged_fields
 *       topics => topic_id name _tagged_fields
 *         topic_id => UUID, zero when it is asked by name
 *         name => COMPACT_NULLABLE_STRING
 *
 *     Metadata Response (Version: 10) => throttle_time_ms [brokers] cluster_id controller_id [topics] …
 *       brokers => node_id host port rack _tagged_fields
 *       topics => error_code name topic_id …
 *
 * Compact arrays and strings begin with their length + 1 as an unsigned varint. The tagged fields of both headers are
 * adjacent to what kafkajs treats as the body, and are handled the same way here.
 * @see https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export function metadataRequest(topic: string): ProtocolRequest<TopicIdentity> {
  return {
    request: {
      apiKey: METADATA_API,
      apiVersion: METADATA_VERSION,
      apiName: 'Metadata',
      encode: async () => {
        const body = new Encoder().writeUVarInt(NO_TAGGED_FIELDS).writeUVarInt(1 + 1);
        for (let byte = 0; byte < UUID_BYTES; byte += 1) body.writeInt8(0);
        body.writeUVarIntBytes(topic).writeUVarInt(NO_TAGGED_FIELDS);
        return body.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeUVarInt(NO_TAGGED_FIELDS);
      },
    },
    response: { decode: async (bytes) => decoded(new Decoder(bytes)), parse: async (identity) => identity },
  };
}

const NO_TAGGED_FIELDS = 0;
const UUID_BYTES = 16;

function decoded(body: InternalDecoder): TopicIdentity {
  body.readTaggedFields();
  body.readInt32();
  body.readUVarIntArray(skipBroker);
  body.readUVarIntString();
  body.readInt32();
  // Only one topic was asked about, and what follows its id is not read.
  if (body.readUVarInt() !== 1 + 1) throw new Error('expected the metadata of one topic, found none or several');
  const errorCode = body.readInt16();
  body.readUVarIntString();
  return { errorCode, topicId: body.readBytes(UUID_BYTES).toString('base64url') };
}

function skipBroker(body: InternalDecoder): void {
  body.readInt32();
  body.readUVarIntString();
  body.readInt32();
  body.readUVarIntString();
  body.readTaggedFields();
}
