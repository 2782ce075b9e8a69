/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

/**
 * What an import could not express.
 *
 * @param map the name of the map
 * @param isLeftOut whether no record was written for the map
 * @param reason what differs, or why there is no record, and what to do
 */
public record ImportRemark(String map, boolean isLeftOut, String reason) {}
