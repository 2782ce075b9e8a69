/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.binding.Bindings;
import dev.nestmap.runtime.internal.migrate.EntryConverter;
import dev.nestmap.runtime.pin.Migration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a {@link Shipper} with the consumer's records. An outer map in memory is enough; no kernel is needed.
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
    private static final int MOST_CONVERSIONS = 100;

    private final OuterAccessor<K, ?, ?> outer;
    private final ReadableAccessor<?, E> inner;
    private final String layout;

    /** Reads messages of another layout; null if {@link #migration} does. */
    private final @Nullable Previous<K, E> previous;

    /** Converts messages of another layout; null if they are rejected. */
    private final @Nullable Migration migration;

    /** Conversions by the fingerprint of the other layout. */
    private final Map<String, EntryConverter> conversions = new ConcurrentHashMap<>();

    /** Reads a message with its headers. */
    private interface Previous<K, E> {
        Part<K, E> read(byte[] data, Headers headers);
    }

    private PartDeserializer(
            OuterAccessor<K, ?, ?> outer,
            ReadableAccessor<?, E> inner,
            @Nullable Previous<K, E> previous,
            @Nullable Migration migration) {
        this.outer = outer;
        this.inner = inner;
        this.layout = outer.expert().layout();
        this.previous = previous;
        this.migration = migration;
    }

    /**
     * Creates a deserializer. It keeps the outer map reachable, and works even after the map's object is closed.
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
            return new PartDeserializer<>(outer, inner, null, null);
        }
    }

    /**
     * Returns a deserializer that also reads messages of the previous version of the records. During a rollout, a topic contains messages
     * of both versions. The layout fingerprint in each message identifies the version.
     *
     * <pre>{@code
     * PartDeserializer.of(records.tenant())
     *         .withPrevious(PartDeserializer.of(oldRecords.tenant()), old -> new Flow(old.key(), old.packets(), 0));
     * }</pre>
     *
     * @param earlier reads the previous version, and optionally even earlier ones
     * @param convert converts an entry of the previous version to the new version
     * @param <P> type of the previous version's entries
     * @return a deserializer
     * @throws IllegalStateException if this deserializer has {@link #withMigration rules}, which would never be used
     */
    public <P> PartDeserializer<K, E> withPrevious(
            PartDeserializer<K, P> earlier, Function<? super P, ? extends E> convert) {
        if (migration != null) {
            throw rulesUnused();
        }
        Previous<K, E> reader = (data, headers) -> {
            Part<K, P> part = earlier.read(data, headers);
            List<E> entries = new ArrayList<>(part.entries().size());
            part.entries().forEach(entry -> entries.add(convert.apply(entry)));
            return new Part<>(
                    part.map(),
                    part.key(),
                    part.labels(),
                    part.position(),
                    part.number(),
                    part.parts(),
                    part.full(),
                    part.lostInserts(),
                    List.copyOf(entries));
        };
        return new PartDeserializer<>(outer, inner, reader, null);
    }

    /**
     * Returns a deserializer that also reads messages of any other version of the records. It does not need these records, because each
     * message has its layout text. It converts entries like a migration of pinned maps: it copies components with the same name, and sets
     * new components to zero. All other components need a rule.
     *
     * <pre>{@code
     * PartDeserializer.of(records.tenant()).withMigration(Migration.ofRules().drop("flow", "bytes"));
     * }</pre>
     *
     * @param rules the rules; the migration's source of the previous layout has no effect
     * @return a deserializer
     * @throws IllegalStateException if this deserializer has a {@link #withPrevious previous one}, which reads these messages instead
     */
    public PartDeserializer<K, E> withMigration(Migration rules) {
        if (previous != null) {
            throw rulesUnused();
        }
        return new PartDeserializer<>(outer, inner, null, rules);
    }

    private IllegalStateException rulesUnused() {
        return new IllegalStateException("withPrevious and withMigration both read the messages of " + outer.name()
                + " with another layout, and the rules of withMigration would never be used: call one of them, or give the"
                + " rules to the deserializer that you pass to withPrevious");
    }

    /**
     * Reads a message without its headers, and so without its layout text.
     *
     * @param topic the topic, for messages of exceptions
     * @param data the message; null becomes null
     * @return the part
     * @throws UnreadablePartException if the message is not a part, or has another layout
     */
    @Override
    public @Nullable Part<K, E> deserialize(String topic, byte @Nullable [] data) {
        return deserialize(topic, new RecordHeaders(), data);
    }

    /**
     * Reads a message.
     *
     * @param topic the topic, for messages of exceptions
     * @param headers the headers of the message
     * @param data the message; null becomes null
     * @return the part
     * @throws UnreadablePartException if the message is not a part, or has another layout that can't be converted
     */
    @Override
    public @Nullable Part<K, E> deserialize(String topic, Headers headers, byte @Nullable [] data) {
        if (data == null) {
            return null;
        }
        try {
            return read(data, headers);
        } catch (UnreadablePartException e) {
            throw new UnreadablePartException("a message of topic " + topic + " can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the committed parts of drained maps again, each once, up to the end of the topics at the time of the call. Repeated calls give
     * the same totals, as long as Kafka keeps the messages and no machine later ships older maps.
     *
     * <pre>{@code
     * Map<Long, Long> packets = new TreeMap<>();
     * List<SeenParts.Gap> missing = parts.replay(kafka, Pattern.compile("flows"), begin, begin.plus(1, ChronoUnit.DAYS), part ->
     *         part.entries().forEach(flow -> packets.merge(part.key(), flow.packets(), Long::sum)));
     * }</pre>
     *
     * @param kafka configuration of the Kafka client
     * @param topics matches the names of the topics. Topics of markers are left out
     * @param begin skips maps that were taken out before this time, by the clock of their machine
     * @param end skips maps that were taken out at this time or later
     * @param each receives the parts
     * @return the parts that Kafka no longer has, and that may have been taken out after {@code begin}. If there are any, totals are lower
     *     bounds
     * @throws IllegalArgumentException if no topic matches
     * @throws UnreadablePartException if any message can't be read, whatever its time: totals without it could be too small
     * @throws org.apache.kafka.common.KafkaException if the topics can't be read
     */
    public List<SeenParts.Gap> replay(
            Map<String, ?> kafka, Pattern topics, Instant begin, Instant end, Consumer<? super Part<K, E>> each) {
        SeenParts seen = new SeenParts();
        CommittedMessageReader.read(kafka, topics, Map.of(), message -> {
            Part<K, E> part = deserialize(message.topic(), message.headers(), message.value());
            if (part == null) {
                return;
            }
            Instant takenOut = part.map().takenOut();
            boolean isNew = seen.add(part);
            if (takenOut.isBefore(begin)) {
                if (Instant.ofEpochMilli(message.timestamp())
                        .isBefore(begin)) { // a map may have waited while newer ones went
                    seen.addUpTo(part.position());
                }
            } else if (isNew && takenOut.isBefore(end)) {
                each.accept(part);
            }
        });
        return seen.gaps();
    }

    private Part<K, E> read(byte[] data, Headers headers) {
        ByteBuffer from = ByteBuffer.wrap(data);
        PartHeader header = PartHeader.read(from);
        EntryConverter conversion = null;
        if (!header.layout().equals(layout)) {
            Previous<K, E> other = previous;
            if (other != null) {
                return other.read(data, headers);
            }
            conversion = conversion(header, text(headers));
        }
        try {
            return new Part<>(
                    header.map(),
                    outer.expert().keyFromBytes(header.map().outerKey()),
                    labels(headers),
                    header.position(),
                    header.part(),
                    header.parts(),
                    header.full(),
                    header.lostInserts(),
                    entries(header, from, conversion));
        } catch (RuntimeException e) {
            throw new UnreadablePartException("its bytes are no valid entries: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> labels(Headers headers) {
        Map<String, String> labels = new HashMap<>();
        for (Header header : headers) {
            if (header.key().startsWith(PartHeader.LABEL)) {
                String label = text(header);
                if (label != null) {
                    labels.put(header.key().substring(PartHeader.LABEL.length()), label);
                }
            }
        }
        return Map.copyOf(labels);
    }

    /** Returns the layout text of a message; null if a program has copied the message without headers. */
    private static @Nullable String text(Headers headers) {
        return text(headers.lastHeader(PartHeader.LAYOUT_TEXT));
    }

    /** Returns the value of a header; null if there is no header, or one without a value. */
    private static @Nullable String text(@Nullable Header header) {
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Returns the conversion from the layout of a message. */
    private EntryConverter conversion(PartHeader header, @Nullable String layoutText) {
        Migration rules = migration;
        EntryConverter known = conversions.get(header.layout());
        if (known != null) {
            return known;
        }
        String found = "machine " + header.map().machine() + " wrote it with records of the layout " + header.layout()
                + ", and the consumer's " + outer.name() + " has the layout " + layout;
        if (rules == null) {
            throw new UnreadablePartException(
                    found
                            + ": give the consumer the same version of the records, both with withPrevious, or rules with withMigration");
        }
        if (layoutText == null) {
            throw new UnreadablePartException(
                    found + ". The message has no header " + PartHeader.LAYOUT_TEXT
                            + " with the text of its layout, so it can't be converted: another program may have copied it without headers");
        }
        try {
            EntryConverter conversion = Bindings.ofOuterMap(outer).conversionFrom(layoutText, rules);
            if (conversion.layout().equals(header.layout())) {
                if (conversions.size() >= MOST_CONVERSIONS) {
                    conversions.clear(); // somebody invents layouts
                }
                conversions.put(header.layout(), conversion);
                return conversion;
            }
        } catch (BpfException | IllegalArgumentException e) {
            throw new UnreadablePartException(found + ", which can't be converted: " + e.getMessage(), e);
        }
        throw new UnreadablePartException(
                found + ". The text in its header " + PartHeader.LAYOUT_TEXT + " is that of another layout");
    }

    private List<E> entries(PartHeader header, ByteBuffer from, @Nullable EntryConverter conversion) {
        List<E> entries = new ArrayList<>(header.entries());
        for (int i = 0; i < header.entries(); i++) {
            ByteBuffer key = from.slice(from.position(), header.keySize());
            ByteBuffer value = from.slice(from.position() + header.keySize(), header.valueSize());
            from.position(from.position() + header.entrySize());
            entries.add(
                    conversion == null
                            ? inner.fromBytes(key, value)
                            : inner.fromBytes(conversion.key(key), conversion.value(value)));
        }
        return List.copyOf(entries);
    }
}
