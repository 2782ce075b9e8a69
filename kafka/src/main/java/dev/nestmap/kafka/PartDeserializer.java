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

    private PartDeserializer(OuterAccessor<K, ?, ?> outer, ReadableAccessor<?, E> inner) {
        this.outer = outer;
        this.inner = inner;
        this.layout = outer.layout();
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
            return new PartDeserializer<>(outer, inner);
        }
    }

    /**
     * Reads a message.
     *
     * @param topic the topic, for the text of exceptions
     * @param data the message; null becomes null
     * @return the part
     * @throws UnreadablePartException if the message is no part, or if it was written with other records
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
