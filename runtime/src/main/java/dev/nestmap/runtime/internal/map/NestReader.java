/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Block;

/**
 * Reads entries of many inner maps of one outer map in one system call. Any number of threads may use it. If it can't read now, for example
 * because other threads use all of its buffers, it returns false, and the caller reads in another way.
 */
public interface NestReader {
    /** The entry or the inner map was found. */
    int FOUND = 1;

    /** The outer map has no inner map at the key. */
    int NO_INNER_MAP = 2;

    /** The inner map has no entry with the key. */
    int NO_ENTRY = 3;

    /** The largest number of requests of one {@link #lookup}. */
    int capacity();

    /**
     * Looks up entries. Writes the answer and, if it is {@link #FOUND}, the value into each request.
     *
     * @param requests requests as {@link NestLayout} describes them, without gaps
     * @param count number of requests
     */
    boolean lookup(Block requests, int count);

    /** The most bytes of entries that one {@link #copy} returns. */
    int copyBytes();

    /** Copies all entries of inner maps, as many as fit. */
    boolean copy(NestCopy copy);

    /** Frees the reader. No thread uses it any more. */
    void close();
}
