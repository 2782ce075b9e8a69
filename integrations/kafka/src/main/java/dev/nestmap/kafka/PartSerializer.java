/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes parts in {@link MessageFormat#BINARY}, for a program that adds up parts and sends the sums as parts of its own, such as the total of a
 * region. Send them in a transaction, together with the offsets of the parts that were read. Give them a {@link Part#position} that
 * continues over restarts.
 *
 * @param <K> type of the outer map's keys
 * @param <E> type of the entries
 */
public final class PartSerializer<K, E> implements Serializer<Part<K, E>> {
    private final OuterAccessor<K, ?, ?> outer;
    private final ReadableAccessor<?, E> inner;

    private PartSerializer(OuterAccessor<K, ?, ?> outer, ReadableAccessor<?, E> inner) {
        this.outer = outer;
        this.inner = inner;
    }

    /**
     * Creates a serializer. It keeps the outer map reachable, and works even after the map's object is closed.
     *
     * @param outer the outer map of the records, in memory or in the kernel
     * @param <K> type of the outer map's keys
     * @param <E> type of the entries
     * @param <O> type of handles to inner maps
     * @return a serializer
     */
    public static <K, E, O extends ReadableAccessor<?, E> & OwnedMap> PartSerializer<K, E> of(
            OuterAccessor<K, ?, O> outer) {
        try (O inner = outer.detached()) {
            return new PartSerializer<>(outer, inner);
        }
    }

    /**
     * Writes a part without the headers of its message. Readers with other records then can't convert it.
     *
     * @param topic has no effect
     * @param part the part; null becomes null
     * @return the message
     * @throws IllegalArgumentException if a component does not fit its C type, or if the part has no entries
     */
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable Part<K, E> part) {
        return serialize(topic, new RecordHeaders(), part);
    }

    /**
     * Writes a part.
     *
     * @param topic has no effect
     * @param headers receives the layout text and the labels
     * @param part the part; null becomes null
     * @return the message
     * @throws IllegalArgumentException if a component does not fit its C type, or if the part has no entries
     */
    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, @Nullable Part<K, E> part) {
        if (part == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int[] keySize = {0};
        for (E entry : part.entries()) {
            inner.toBytes(entry, (key, value) -> {
                keySize[0] = key.remaining();
                append(bytes, key);
                append(bytes, value);
            });
        }
        if (bytes.size() == 0) {
            throw new IllegalArgumentException("a part of key " + part.key() + " has no entries: send none");
        }
        headers.add(PartHeader.LAYOUT_TEXT, outer.expert().layoutText().getBytes(StandardCharsets.UTF_8));
        part.labels()
                .forEach((name, value) -> headers.add(PartHeader.LABEL + name, value.getBytes(StandardCharsets.UTF_8)));
        MapIdentity map = part.map();
        PartHeader header = new PartHeader(
                outer.expert().layout(),
                new MapIdentity(
                        map.machine(),
                        map.bootId(),
                        map.mapId(),
                        map.takenOut(),
                        map.outerMap(),
                        outer.expert().keyToBytes(part.key())),
                part.position(),
                part.number(),
                part.parts(),
                part.full(),
                part.lostInserts(),
                keySize[0],
                bytes.size() / part.entries().size() - keySize[0],
                part.entries().size());
        return header.write(ByteBuffer.wrap(bytes.toByteArray()));
    }

    private static void append(ByteArrayOutputStream to, ByteBuffer from) {
        byte[] copy = new byte[from.remaining()];
        from.get(copy);
        to.writeBytes(copy);
    }
}
