/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.NestCopy;
import dev.nestmap.runtime.internal.map.NestLayout;
import dev.nestmap.runtime.internal.map.NestReader;
import dev.nestmap.runtime.internal.memory.Block;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads entries of the inner maps of one outer map: by a BPF program if possible, and otherwise map by map. */
public final class InnerEntries {
    /** The most entries that are looked up at a time without a reader. */
    private static final int MOST_LOOKUPS = 512;

    private final OpenMap outer;
    private final InnerMaps entries;
    private final LazyNestReader nestReader;

    InnerEntries(OpenMap outer, InnerMaps entries, LazyNestReader nestReader) {
        this.outer = outer;
        this.entries = entries;
        this.nestReader = nestReader;
    }

    /** How requests lie in memory. */
    public NestLayout layout() {
        return nestReader.layout();
    }

    /** Returns how many of the wanted entries one {@link #lookup(Block, int, Function, long)} should look up: 1 or more. */
    public int capacity(int wanted) {
        NestReader reader = nestReader.forLookups(outer, wanted);
        int most = reader == null ? MOST_LOOKUPS : reader.capacity();
        return Math.max(1, Math.min(wanted, most));
    }

    /**
     * Looks up one entry, and writes its value into the request.
     *
     * @param keyOf returns the key of the outer map at the start of a block, for messages
     * @param flags {@link dev.nestmap.runtime.internal.map.RawMap#LOCK} or 0
     * @return false if the inner map or the entry does not exist
     */
    public boolean lookup(Block request, Function<Block, Object> keyOf, long flags) {
        NestReader reader = nestReader.get(outer);
        boolean answered = reader != null && outer.lookupThrough(reader, request, 1);
        return answered ? isFound(request) : lookupInCalls(request, keyOf, flags);
    }

    /**
     * Looks up entries, and writes the answer and the value into each request.
     *
     * @param keyOf returns the key of the outer map at the start of a block, for messages
     * @param flags {@link dev.nestmap.runtime.internal.map.RawMap#LOCK} or 0
     */
    public void lookup(Block requests, int count, Function<Block, Object> keyOf, long flags) {
        NestReader reader = nestReader.get(outer);
        if (reader != null && count <= reader.capacity() && outer.lookupThrough(reader, requests, count)) {
            return;
        }
        int size = layout().requestSize();
        Block request = Block.allocate(size);
        for (int i = 0; i < count; i++) {
            requests.copy(i * size, request, 0, size);
            boolean found = lookupInCalls(request, keyOf, flags);
            request.bytes().putInt(layout().answerAt(), found ? NestReader.FOUND : NestReader.NO_ENTRY);
            request.copy(0, requests, i * size, size);
        }
    }

    private boolean isFound(Block request) {
        return request.bytes().getInt(layout().answerAt()) == NestReader.FOUND;
    }

    private boolean lookupInCalls(Block request, Function<Block, Object> keyOf, long flags) {
        NestLayout layout = layout();
        long start = nestReader.isPending() ? System.nanoTime() : 0;
        boolean found = entries.lookupInner(request, keyOf, layout.innerKeyAt(), layout.valueAt(), flags);
        if (start != 0) {
            nestReader.addTime(System.nanoTime() - start);
        }
        return found;
    }

    /** Starts to copy at least this number of inner maps. The caller releases the result. Null if they must be scanned one by one. */
    public @Nullable NestCopy newCopy(int count) {
        NestReader reader = nestReader.forCopies(outer, count);
        return reader == null ? null : new NestCopy(layout(), reader.copyBytes());
    }

    /** Copies the entries of inner maps. Returns false if the reader did not run, for example because all its buffers are in use. */
    public boolean copy(NestCopy copy) {
        NestReader reader = nestReader.get(outer);
        return reader != null && outer.whileValid(() -> reader.copy(copy));
    }

    /**
     * Scans one inner map. Ends early if the inner map leaves the outer map meanwhile.
     *
     * @param block memory that begins with the key of the outer map
     * @param key the same key, for messages
     * @param flags {@link dev.nestmap.runtime.internal.map.RawMap#LOCK} or 0
     * @param action receives each batch of entries
     */
    public void scan(Block block, Object key, int id, long flags, Consumer<BatchScan> action) {
        InnerMap inner = entries.find(block, key, id);
        if (inner == null) {
            return;
        }
        BatchScan scan =
                nestReader.inBatches() ? new BatchScan(inner.map(), flags) : BatchScan.oneByOne(inner.map(), flags);
        while (next(scan)) {
            action.accept(scan);
        }
    }

    private boolean next(BatchScan scan) {
        try {
            return scan.next();
        } catch (InvalidHandleException e) {
            outer.checkValid();
            return false;
        }
    }
}
