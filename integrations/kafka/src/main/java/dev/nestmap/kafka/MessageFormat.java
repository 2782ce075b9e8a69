/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/** Formats of messages with entries. docs/fleet/reference.md documents both. */
public enum MessageFormat {
    /** A binary header, and the bytes of the entries' C types. {@link PartDeserializer} reads this format. */
    BINARY,
    /** A JSON object whose entries have the names of the fields in C. Larger and slower, but every language can read it. */
    JSON
}
