/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.memory.OffHeapBlockCache;
import java.nio.ByteBuffer;

/** Queries for all entries of inner maps, with the entries that {@link RawMap#copyAll} has copied. */
public final class InnerEntryBatch {
    /** The number of inner maps that the first call copies, if their keys are not too long. */
    public static final int FEWEST_QUERIES = 16;

    /** The most inner maps that a call copies. */
    public static final int MOST_QUERIES = 1024;

    private final QueryLayout layout;
    private final OffHeapBlock memory;
    private final OffHeapBlock queries;
    private final OffHeapBlock entries;
    private final int mostQueries;
    private int wanted = FEWEST_QUERIES;
    private int count;
    private int answered;

    /**
     * Creates an object for any number of calls.
     *
     * @param bytes the most bytes that a call copies; the queries take at most half of them
     */
    public InnerEntryBatch(QueryLayout layout, int bytes) {
        this.layout = layout;
        this.mostQueries = Math.min(MOST_QUERIES, bytes / 2 / layout.copyQuerySize());
        int queryBytes = mostQueries * layout.copyQuerySize();
        this.memory = OffHeapBlockCache.take(queryBytes + bytes);
        this.queries = memory.part(0, queryBytes);
        this.entries = memory.part(queryBytes, bytes);
    }

    /** Ends the use of this object, so that other batches of the thread can use its memory. */
    public void release() {
        OffHeapBlockCache.giveBack(memory);
    }

    /**
     * Writes the queries of the next call: at most {@link #FEWEST_QUERIES}, or twice as many as the last call answered, so that their
     * entries probably fit.
     *
     * @param outer entries of the outer map
     * @param from number of the first entry
     */
    public void query(Batch outer, int from) {
        count = Math.min(outer.count() - from, Math.min(wanted, mostQueries));
        answered = 0;
        for (int i = 0; i < count; i++) {
            outer.memory()
                    .copy(
                            outer.keyAt(from + i),
                            queries,
                            queryAt(i),
                            layout.map().keySize());
        }
    }

    /** The queries, each of {@link QueryLayout#copyQuerySize} bytes. */
    public OffHeapBlock queries() {
        return queries;
    }

    /** The number of queries. */
    public int count() {
        return count;
    }

    /**
     * Takes over the answers of a call, which have been copied to {@link #queries} and {@link #entries}.
     *
     * @param answers how many queries are answered
     * @param start offset in the reader's buffer of the first entry; the answers contain such offsets
     * @param end offset in the reader's buffer behind the last entry
     * @return false if the answers contradict each other; then none is taken over
     */
    public boolean accept(int answers, int start, int end) {
        ByteBuffer bytes = queries.bytes();
        int previous = 0;
        for (int i = 0; i < answers; i++) {
            int endAt = queryAt(i) + layout.answerAt() + Integer.BYTES;
            int next = bytes.getInt(endAt) - start;
            if (next < previous || next > end - start || (next - previous) % layout.entrySize() != 0) {
                return false;
            }
            bytes.putInt(endAt, next);
            previous = next;
        }
        answered = answers;
        wanted = Math.max(FEWEST_QUERIES, 2 * answers);
        return true;
    }

    /** The number of queries that the last call has answered, from the first one on. */
    public int answered() {
        return answered;
    }

    /** Whether the inner map of an answered query is copied, or does not exist. If not, its entries must be read in another way. */
    public boolean isComplete(int index) {
        int answer = queries.bytes().getInt(queryAt(index) + layout.answerAt());
        return answer == QueryLayout.FOUND || answer == QueryLayout.NO_INNER_MAP;
    }

    /** The offset of the first entry of an answered query in {@link #entries}. */
    public int start(int index) {
        return index == 0 ? 0 : end(index - 1);
    }

    /** The offset behind the last entry of an answered query in {@link #entries}. */
    public int end(int index) {
        return queries.bytes().getInt(queryAt(index) + layout.answerAt() + Integer.BYTES);
    }

    /** The copied entries, each of {@link QueryLayout#entrySize} bytes: a key, and a value at {@link QueryLayout#keyToValue}. */
    public OffHeapBlock entries() {
        return entries;
    }

    private int queryAt(int index) {
        return index * layout.copyQuerySize();
    }
}
