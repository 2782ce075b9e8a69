/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.examples.fleet.NextFleet.Flow;
import dev.nestmap.kafka.Part;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * Adds up the parts that shippers send: overall, for each machine, for each tenant, and for each minute in which maps were taken out. All
 * sums are in one store. Its keys are {@link #OVERALL}, {@link #MACHINE} with the name, {@link #TENANT} with the port, and {@link #MINUTE}
 * with the minute.
 *
 * <p>The store has no windows: a window would drop the counts of a machine that was without Kafka for long. Sums are partitioned by
 * their own key, so it does not matter which partition a part comes from, and how many there are.
 */
final class TotalsTopology {
    static final String STORE = "totals";
    static final String OVERALL = "overall";
    static final String MACHINE = "machine/";
    static final String TENANT = "tenant/";
    static final String MINUTE = "minute/";

    private TotalsTopology() {}

    static Topology of(String topic, Deserializer<Part<Long, Flow>> parts) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.serdeFrom(TotalsTopology::neverCalled, parts)))
                .filter((key, part) -> part != null) // only a tool can write an empty message
                .flatMap((key, part) -> sums(part))
                .repartition(Repartitioned.with(Serdes.String(), Sum.SERDE)
                        .withName("by-kind")
                        .withNumberOfPartitions(Topics.PARTITIONS))
                .groupByKey(Grouped.with(Serdes.String(), Sum.SERDE))
                .reduce(
                        Sum::plus,
                        Materialized.<String, Sum>as(Stores.inMemoryKeyValueStore(STORE))
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Sum.SERDE));
        return builder.build();
    }

    private static byte[] neverCalled(String topic, Part<Long, Flow> part) {
        throw new UnsupportedOperationException("parts are only read");
    }

    private static List<KeyValue<String, Sum>> sums(Part<Long, Flow> part) {
        Sum sum = Sum.of(part);
        return List.of(
                KeyValue.pair(OVERALL, sum),
                KeyValue.pair(MACHINE + part.map().machine(), sum),
                KeyValue.pair(TENANT + part.key(), sum),
                KeyValue.pair(MINUTE + part.map().takenOut().truncatedTo(ChronoUnit.MINUTES), sum));
    }
}
