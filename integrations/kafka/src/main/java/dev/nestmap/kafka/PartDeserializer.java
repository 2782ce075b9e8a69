/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ReadableAccessor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a {@link Shipper}. It uses the records of the consumer: an outer map in memory is enough, and no kernel is
 * needed.
 *
 * <pre>{@code
 * TenantFlowsBpf records = TenantFlowsBpf.inMemory();
 * PartDeserializer<Long, Flow> parts = PartDeserializer.of(records.tenant());
 * }</pre>
 *
 * @param <K> type of the outer map's keys
 * @param <E> type of the entries
 */
public final class PartDeserializer<K, E> implements Deserializer<Part<K, E>> {
    private final OuterAccessor<K, ?, ?> outer;
    private final ReadableAccessor<?, E> inner;
    private final String layout;

    /** The number of partitions that the topic must have; 0 for any. */
    private final int partitions;

    private PartDeserializer(OuterAccessor<K, ?, ?> outer, ReadableAccessor<?, E> inner, int partitions) {
        this.outer = outer;
        this.inner = inner;
        this.layout = outer.layout();
        this.partitions = partitions;
    }

    /**
     * Creates a deserializer. It keeps the outer map reachable, and also works after the map's object was closed.
     *
     * @param outer the outer map of the consumer's records
     * @param <K> type of the outer map's keys
     * @param <E> type of the entries
     * @param <O> type of handles to inner maps
     * @return a deserializer
     */
    public static <K, E, O extends ReadableAccessor<?, E> & OwnedMap> PartDeserializer<K, E> of(
            OuterAccessor<K, ?, O> outer) {
        try (O inner = outer.detached()) {
            return new PartDeserializer<>(outer, inner, 0);
        }
    }

    /**
     * Returns a deserializer that also rejects messages that a shipper sent while the topic had another number of partitions. For a
     * consumer with sums for each partition: after partitions were added, the messages of a key come from another one.
     *
     * @param expected number of partitions of the topic, 1 or more
     * @return a deserializer
     * @throws IllegalArgumentException if the number is less than 1
     */
    public PartDeserializer<K, E> withPartitions(int expected) {
        if (expected < 1) {
            throw new IllegalArgumentException(expected + " partitions: use 1 or more");
        }
        return new PartDeserializer<>(outer, inner, expected);
    }

    /**
     * Reads a message.
     *
     * @param topic the topic, for the text of exceptions
     * @param data the message; null becomes null
     * @return the part
     * @throws UnreadablePartException if the message is no part, was written with other records, or was sent to another number of
     *     partitions than {@link #withPartitions} expects
     */
    @Override
    public @Nullable Part<K, E> deserialize(String topic, byte @Nullable [] data) {
        if (data == null) {
            return null;
        }
        try {
            return read(ByteBuffer.wrap(data));
        } catch (UnreadablePartException e) {
            throw new UnreadablePartException("a message of topic " + topic + " can't be read: " + e.getMessage(), e);
        }
    }

    private Part<K, E> read(ByteBuffer from) {
        PartHeader header = PartHeader.read(from);
        if (!header.layout().equals(layout)) {
            throw new UnreadablePartException(
                    "machine " + header.map().machine() + " wrote it with records of the layout " + header.layout()
                            + ", and the consumer's " + outer.name() + " has the layout " + layout
                            + ": give the consumer the same version of the records. To change records, let new shippers write to a new"
                            + " topic");
        }
        if (partitions > 0 && header.partitions() != partitions) {
            throw new UnreadablePartException("machine " + header.map().machine() + " sent it when the topic had "
                    + header.partitions() + " partitions, and this consumer expects " + partitions
                    + ": its sums for a key may be in another partition. Add up again from the beginning of the topic, with"
                    + " withPartitions(" + header.partitions() + ")");
        }
        if (header.entries() < 1
                || header.entrySize() < 1
                || (long) header.entries() * header.entrySize() != from.remaining()) {
            throw new UnreadablePartException("it is damaged: it should have " + header.entries() + " entries of "
                    + header.entrySize() + " bytes, and has " + from.remaining() + " bytes");
        }
        try {
            return new Part<>(
                    header.map(),
                    outer.keyFromBytes(header.map().outerKey()),
                    header.number(),
                    header.parts(),
                    header.full(),
                    header.lostInserts(),
                    entries(header, from));
        } catch (RuntimeException e) {
            throw new UnreadablePartException(
                    "the layout matches, but the bytes are no valid entries: " + e.getMessage(), e);
        }
    }

    private List<E> entries(PartHeader header, ByteBuffer from) {
        List<E> entries = new ArrayList<>(header.entries());
        for (int i = 0; i < header.entries(); i++) {
            ByteBuffer key = from.slice(from.position(), header.keySize());
            ByteBuffer value = from.slice(from.position() + header.keySize(), header.valueSize());
            from.position(from.position() + header.entrySize());
            entries.add(inner.fromBytes(key, value));
        }
        return List.copyOf(entries);
    }
}
