/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * A program for {@code attach} of a map's accessor: an iterator over the entries of a map, or a program for a map of sockets.
 *
 * @param <L> type of the links
 */
public interface MapProgram<L extends Link> extends Program {}
