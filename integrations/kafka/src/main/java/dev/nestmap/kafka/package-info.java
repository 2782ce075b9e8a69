/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Sends the counts of inner maps to Apache Kafka, so that totals over many machines are exact.
 *
 * <p>A {@link Shipper} rotates the inner maps of an outer map and sends the entries of the drained maps as rows, which any consumer of JSON can read.
 */
@NullMarked
package dev.nestmap.kafka;

import org.jspecify.annotations.NullMarked;
