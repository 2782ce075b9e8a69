/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

/**
 * Where the next parts of a shipper go.
 *
 * @param last the position of the last committed part; number 0 if there is none
 * @param partition the partition of the topic of the entries
 */
record Destination(PartPosition last, int partition) {}
