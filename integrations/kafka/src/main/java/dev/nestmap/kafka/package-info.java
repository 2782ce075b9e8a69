/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Ships inner maps to Apache Kafka, so that counts are exact from the packet to a total over many machines.
 *
 * <p>A {@link Shipper} rotates the inner maps of an outer map and sends the entries of each drained map in a transaction. A consumer reads
 * them with a {@link PartDeserializer}.
 */
@NullMarked
package dev.nestmap.kafka;

import org.jspecify.annotations.NullMarked;
