/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.kafka.Part;
import dev.nestmap.kafka.PartPosition;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Adds up the parts that shippers send. The store {@link #STORE} has the sums of each machine and each tenant, for ever. Its keys are {@link
 * #MACHINE} with the name, and {@link #TENANT} with the port. The store {@link #MINUTES} has windows of a minute for each tenant, which end
 * after {@link #LATEST}. Sums over all machines are added up when somebody asks: a key for them would be in every part, and so make one task
 * add all of them.
 *
 * <p>If a part is missing, because retention or an administrator has deleted it, the sums of its machine are lower bounds. Nobody knows which tenants
 * and minutes it had, so {@link #MISSING} makes lower bounds of all of them.
 *
 * <p>Sums are partitioned by their own key, so it does not matter which partition a part comes from. Do not add partitions to
 * the topic: Kafka Streams keeps the last numbers by its partitions, and would stop.
 */
final class TotalsTopology {
    static final String STORE = "totals";
    static final String MINUTES = "minutes";
    static final String MACHINE = "machine/";
    static final String TENANT = "tenant/";
    static final String MISSING = "missing/";

    /** The store with the last part of each series. */
    private static final String LAST = "last";

    /** A machine that was without Kafka for longer is in the totals, but not in the minutes. */
    static final Duration LATEST = Duration.ofDays(1);

    private static final TimeWindows MINUTE = TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), LATEST);

    private TotalsTopology() {}

    static Topology of(String topic, Deserializer<Part<Long, Flow>> parts) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(LAST), Serdes.String(), Serdes.Long()));
        KStream<String, Sum> sums = builder.stream(
                        topic,
                        Consumed.with(Serdes.ByteArray(), Serdes.serdeFrom(TotalsTopology::neverCalled, parts))
                                .withTimestampExtractor(TotalsTopology::takenOut))
                .filter((key, part) -> part != null) // only a tool can write an empty message
                .process(Sums::new, LAST)
                .repartition(Repartitioned.with(Serdes.String(), Sum.SERDE)
                        .withName("by-kind")
                        .withNumberOfPartitions(Topics.PARTITIONS));
        sums.groupByKey(Grouped.with(Serdes.String(), Sum.SERDE))
                .reduce(
                        Sum::plus,
                        Materialized.<String, Sum>as(Stores.inMemoryKeyValueStore(STORE))
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Sum.SERDE));
        sums.filter((key, sum) -> key.startsWith(TENANT))
                .groupByKey(Grouped.with(Serdes.String(), Sum.SERDE))
                .windowedBy(MINUTE)
                .reduce(
                        Sum::plus,
                        Materialized.<String, Sum>as(Stores.inMemoryWindowStore(
                                        MINUTES,
                                        LATEST.plusMillis(MINUTE.size()),
                                        Duration.ofMillis(MINUTE.size()),
                                        false))
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Sum.SERDE));
        return builder.build();
    }

    private static byte[] neverCalled(String topic, Part<Long, Flow> part) {
        throw new UnsupportedOperationException("parts are only read");
    }

    /** When the map was taken out, but not later than the broker's time: a machine whose clock is ahead would end the windows of the others. */
    private static long takenOut(ConsumerRecord<Object, Object> message, long newest) {
        return message.value() instanceof Part<?, ?> part
                ? Math.min(part.map().takenOut().toEpochMilli(), message.timestamp())
                : message.timestamp();
    }

    /** Turns parts into sums. The parts of a shipper are in one partition, and so in one task, in the order of their numbers. */
    private static final class Sums extends ContextualProcessor<byte[], Part<Long, Flow>, String, Sum> {
        @Override
        public void process(Record<byte[], Part<Long, Flow>> message) {
            Part<Long, Flow> part = message.value();
            PartPosition position = part.position();
            KeyValueStore<String, Long> store = context().getStateStore(LAST);
            String series = position.shipper() + " " + position.series();
            long missing = position.number() - Objects.requireNonNullElse(store.get(series), 0L) - 1;
            if (missing < 0) {
                return; // it is there twice
            }
            store.put(series, position.number());
            Sum sum = Sum.of(part);
            forward(message, MACHINE + part.map().machine(), missing > 0 ? sum.plus(Sum.DOUBT) : sum);
            forward(message, TENANT + part.key(), sum);
            if (missing > 0) {
                forward(message, MISSING + part.map().machine(), Sum.DOUBT);
            }
        }

        private void forward(Record<?, ?> message, String key, Sum sum) {
            context().forward(new Record<>(key, sum, message.timestamp(), message.headers()));
        }
    }
}
