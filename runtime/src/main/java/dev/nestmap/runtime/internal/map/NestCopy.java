/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.internal.memory.Block;
import dev.nestmap.runtime.internal.memory.BlockCache;
import java.nio.ByteBuffer;

/** Requests for all entries of inner maps, and the entries that {@link NestReader#copy} has copied. */
public final class NestCopy {
    /** The number of inner maps that the first call copies, if their keys are not too long. */
    public static final int FEWEST_REQUESTS = 16;

    /** The most inner maps that a call copies. */
    public static final int MOST_REQUESTS = 1024;

    private final NestLayout layout;
    private final Block memory;
    private final Block requests;
    private final Block entries;
    private final int mostRequests;
    private int wanted = FEWEST_REQUESTS;
    private int count;
    private int answered;

    /**
     * Creates an object for any number of calls.
     *
     * @param bytes the most bytes that a call copies; the requests take at most half of them
     */
    public NestCopy(NestLayout layout, int bytes) {
        this.layout = layout;
        this.mostRequests = Math.min(MOST_REQUESTS, bytes / 2 / layout.copyRequestSize());
        int requestBytes = mostRequests * layout.copyRequestSize();
        this.memory = BlockCache.take(requestBytes + bytes);
        this.requests = memory.part(0, requestBytes);
        this.entries = memory.part(requestBytes, bytes);
    }

    /** Ends the use of this object, so that other batches of the thread can use its memory. */
    public void release() {
        BlockCache.giveBack(memory);
    }

    /**
     * Writes the requests of the next call: at most {@link #FEWEST_REQUESTS}, or twice as many as the last call answered, so that their
     * entries probably fit.
     *
     * @param keys keys of the outer map, without gaps
     * @param from number of the first key
     * @param to number behind the last key
     */
    public void request(Block keys, int from, int to) {
        count = Math.min(to - from, Math.min(wanted, mostRequests));
        answered = 0;
        for (int i = 0; i < count; i++) {
            keys.copy((from + i) * layout.outerKeySize(), requests, requestAt(i), layout.outerKeySize());
        }
    }

    /** The requests, each of {@link NestLayout#copyRequestSize} bytes. */
    public Block requests() {
        return requests;
    }

    /** The number of requests. */
    public int count() {
        return count;
    }

    /**
     * Takes over the answers of a call, which have been copied to {@link #requests} and {@link #entries}.
     *
     * @param answers how many requests are answered
     * @param start offset in the reader's buffer of the first entry; the answers contain such offsets
     * @param end offset in the reader's buffer behind the last entry
     * @return false if the answers contradict each other; then none is taken over
     */
    public boolean accept(int answers, int start, int end) {
        ByteBuffer bytes = requests.bytes();
        int previous = 0;
        for (int i = 0; i < answers; i++) {
            int endAt = requestAt(i) + layout.answerAt() + Integer.BYTES;
            int next = bytes.getInt(endAt) - start;
            if (next < previous || next > end - start || (next - previous) % layout.entrySize() != 0) {
                return false;
            }
            bytes.putInt(endAt, next);
            previous = next;
        }
        answered = answers;
        wanted = Math.max(FEWEST_REQUESTS, 2 * answers);
        return true;
    }

    /** The number of requests that the last call has answered, from the first one on. */
    public int answered() {
        return answered;
    }

    /** Whether the inner map of an answered request is copied, or does not exist. If not, its entries must be read in another way. */
    public boolean isComplete(int index) {
        int answer = requests.bytes().getInt(requestAt(index) + layout.answerAt());
        return answer == NestReader.FOUND || answer == NestReader.NO_INNER_MAP;
    }

    /** The offset of the first entry of an answered request in {@link #entries}. */
    public int start(int index) {
        return index == 0 ? 0 : end(index - 1);
    }

    /** The offset behind the last entry of an answered request in {@link #entries}. */
    public int end(int index) {
        return requests.bytes().getInt(requestAt(index) + layout.answerAt() + Integer.BYTES);
    }

    /** The copied entries, each of {@link NestLayout#entrySize} bytes: a key, and a value at {@link NestLayout#entryValueAt}. */
    public Block entries() {
        return entries;
    }

    private int requestAt(int index) {
        return index * layout.copyRequestSize();
    }
}
