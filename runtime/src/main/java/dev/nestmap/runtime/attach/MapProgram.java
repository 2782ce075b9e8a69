/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * A program that is attached to a map, with {@code attach} of the map's accessor: an iterator over the entries of a map, or a program for a
 * map of sockets.
 *
 * @param <L> the link that attaching makes
 */
public interface MapProgram<L extends Link> extends Program {}
