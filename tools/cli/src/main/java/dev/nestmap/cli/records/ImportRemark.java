/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

/**
 * A part of a map that an import could not express.
 *
 * @param map the name of the map
 * @param isLeftOut whether no record was written for the map
 * @param reason the difference, or the reason for the missing record, and the remedy
 */
public record ImportRemark(String map, boolean isLeftOut, String reason) {}
