/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.schema.CountText;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Codec of the entries of a per-CPU map: lists with one record for each possible CPU, in the order of the CPU numbers, which may have holes.
 * Each value starts at a multiple of 8 bytes.
 *
 * @param <K> type of the keys
 * @param <E> type of one CPU's records
 */
public final class PerCpuCodec<K, E> extends EntryCodec<K, List<E>> {
    private final String map;
    private final EntryCodec<K, E> codec;
    private final int stride;
    private final PossibleCpus cpus;

    /**
     * Creates a codec.
     *
     * @param map name of the map, for messages
     * @param codec codec of one CPU's record
     * @param cpus the CPUs that have a value
     */
    public PerCpuCodec(String map, EntryCodec<K, E> codec, PossibleCpus cpus) {
        super(
                codec.keySize(),
                Math.multiplyExact(Alignment.align(codec.valueSize()), cpus.count()),
                codec.ignoresKeyBytes());
        this.map = map;
        this.codec = codec;
        this.stride = Alignment.align(codec.valueSize());
        this.cpus = cpus;
    }

    /** Returns a codec of values of this size, rounded up to whole CPUs, if each CPU has a value. Otherwise returns the given codec. */
    @SuppressWarnings("unchecked") // entries of a per-CPU codec are lists of the same records
    public static <K, E> EntryCodec<K, E> fitting(EntryCodec<K, E> codec, int size) {
        return codec instanceof PerCpuCodec<?, ?> perCpu ? (EntryCodec<K, E>) perCpu.withValueSize(size) : codec;
    }

    private PerCpuCodec<K, E> withValueSize(int size) {
        int count = Math.max(1, (size + stride - 1) / stride);
        return new PerCpuCodec<>(map, codec, PossibleCpus.upTo(count));
    }

    /** Returns the number of values of an entry. */
    public int cpus() {
        return cpus.count();
    }

    @Override
    public void writeKey(K key, ByteBuffer to, int at) {
        codec.writeKey(key, to, at);
    }

    @Override
    public K readKey(ByteBuffer from, int at) {
        return codec.readKey(from, at);
    }

    /** Returns the key, which all records of the entry must have. */
    @Override
    public K keyOf(List<E> records) {
        if (records.size() != cpus()) {
            throw new IllegalArgumentException("an entry of map " + map + " has one record for each of "
                    + CountText.of(cpus(), "possible CPU") + ", but " + records.size() + " were given");
        }
        K key = codec.keyOf(records.get(0));
        for (E other : records) {
            if (!codec.keyOf(other).equals(key)) {
                throw new IllegalArgumentException("the records of one entry of map " + map + " have the keys " + key
                        + " and " + codec.keyOf(other) + ": give all of them the same key");
            }
        }
        return key;
    }

    @Override
    public void writeValue(List<E> records, ByteBuffer to, int at) {
        int next = at;
        for (E one : records) {
            writeOne(one, to, next);
            next += stride;
        }
    }

    /** Writes the value of one CPU. */
    public void writeOne(E one, ByteBuffer to, int at) {
        codec.writeValue(one, to, at);
        for (int pad = at + codec.valueSize(); pad < at + stride; pad++) {
            to.put(pad, (byte) 0);
        }
    }

    /** Returns the codec of one CPU's record. */
    public EntryCodec<K, E> one() {
        return codec;
    }

    /**
     * Returns where the value of a CPU begins in the values of all.
     *
     * @throws IllegalArgumentException if the machine can't have this CPU
     */
    public int offset(int cpu) {
        int index = cpus.indexOf(cpu);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "an entry of map " + map + " has no value for CPU " + cpu + ": this machine has the CPUs " + cpus);
        }
        return index * stride;
    }

    @Override
    public List<E> read(K key, ByteBuffer from, int at) {
        List<E> records = new ArrayList<>(cpus());
        for (int next = at; next < at + valueSize(); next += stride) {
            records.add(codec.read(key, from, next));
        }
        return Collections.unmodifiableList(records);
    }
}
