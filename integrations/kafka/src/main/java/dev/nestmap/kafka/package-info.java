/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Ships inner maps to Apache Kafka, so that counts are exact from the packet to a total over many machines.
 *
 * <p>A {@link Shipper} rotates the inner maps of an outer map and sends the entries of the drained maps as rows, which any consumer of JSON can read.
 */
@NullMarked
package dev.nestmap.kafka;

import org.jspecify.annotations.NullMarked;
