/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/** The format of the messages with entries. The guide (docs/reference/kafka.md) documents both. */
public enum MessageFormat {
    /** Entries are the bytes of their C types, after a binary header. {@link PartDeserializer} reads it. */
    BINARY,
    /** Each message is a JSON object. Its entries have the names of the fields in C. Larger and slower, and any language reads it. */
    JSON
}
