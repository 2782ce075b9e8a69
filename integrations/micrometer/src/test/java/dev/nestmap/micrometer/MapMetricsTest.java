/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.micrometer.Metered.Flow;
import dev.nestmap.micrometer.Metered.FlowKey;
import dev.nestmap.micrometer.Metered.Job;
import dev.nestmap.micrometer.Metered.Protocol;
import dev.nestmap.micrometer.Metered.Queue;
import dev.nestmap.micrometer.Metered.Total;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Metrics show the values of a map within the limit of series, and reject records that can't be metrics. */
class MapMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MeteredBpf bpf = MeteredBpf.inMemory();

    private record Twice(
            @MetricLabel long port,
            @MetricLabel("port") long other,
            @CounterMetric long count) {}

    private record Wrong(long key, @CounterMetric String name) {}

    private record Narrow(
            @CounterMetric int packets,
            @CounterMetric short errors,
            @CounterMetric byte retries) {}

    private record Wait(
            @MetricLabel long number,
            @CounterMetric Duration time,
            @GaugeMetric Duration longest) {}

    private record FlowCount(
            @MetricLabel long sourcePort,
            @CounterMetric long lostPackets,
            @GaugeMetric long lastSize) {}

    private record NoCounter(long key, @CounterMetric boolean set) {}

    @AfterEach
    void close() {
        bpf.close();
    }

    @Test
    void showsGauges() {
        MapMetrics metrics = new MapMetrics(registry, bpf.queue(), Queue.class, "machine", "a");
        bpf.queue().put(new Queue(1, -5, true));
        bpf.queue().put(new Queue(2, 7, false));
        metrics.update();

        assertThat(length("1")).isEqualTo(-5);
        assertThat(length("2")).isEqualTo(7);
        assertThat(registry.get("queue.stopped").tags("number", "1").gauge().value())
                .isEqualTo(1);

        bpf.queue().put(new Queue(2, 3, false));
        bpf.queue().remove(1);
        metrics.update();
        assertThat(length("2")).isEqualTo(3);
        assertThat(registry.find("queue.length").tags("number", "1").gauge()).isNull();
    }

    /** Scrapes update the metrics, but not each of several in a moment. A map that is loaded again takes the place of the closed one. */
    @Test
    void theMetricsUpdateThemselves() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        bpf.job().put(new Job(1, 3, 5));
        MapMetrics metrics = new MapMetrics(prometheus, bpf.job(), Job.class);

        assertThat(prometheus.scrape())
                .contains("job_done_total{number=\"1\"} 3.0", "nestmap_metrics_series{map=\"job\"} 1.0");
        bpf.job().put(new Job(1, 4, 5));
        assertThat(prometheus.scrape()).contains("job_done_total{number=\"1\"} 3.0");
        metrics.update();
        assertThat(prometheus.scrape()).contains("job_done_total{number=\"1\"} 4.0");

        try (MeteredBpf again = MeteredBpf.inMemory()) {
            again.job().put(new Job(1, 1, 5));
            assertThat(new MapMetrics(prometheus, again.job(), Job.class)).isNotNull();
            assertThat(prometheus.scrape()).contains("job_done_total{number=\"1\"} 5.0");
        }
        assertThat(prometheus.scrape()).contains("job_done_total{number=\"1\"} 5.0");
    }

    @Test
    void aReadAfterTheIntervalUpdatesOnce() {
        AtomicInteger updates = new AtomicInteger();
        AtomicLong now = new AtomicLong();
        UpdateOnRead onRead = new UpdateOnRead("job", updates::incrementAndGet, () -> 1, now::get);
        onRead.register(registry, Tags.empty());
        Gauge gauge = registry.get("nestmap.metrics.series").gauge();

        assertThat(gauge.value()).isEqualTo(1);
        assertThat(updates).hasValue(1);
        now.addAndGet(UpdateOnRead.INTERVAL.toNanos());
        gauge.value();
        gauge.value();
        assertThat(updates).hasValue(2);
        now.addAndGet(UpdateOnRead.INTERVAL.toNanos());
        onRead.updated();
        gauge.value();
        assertThat(updates).hasValue(2);
    }

    /** A full heap at any moment of an update loses no increment, and adds none twice. */
    @Test
    void anUpdateThatFailsIsMadeUpFor() {
        AtomicInteger failures = new AtomicInteger();
        SimpleMeterRegistry full = new SimpleMeterRegistry() {
            @Override
            protected Counter newCounter(Meter.Id id) {
                if (failures.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("a full heap");
                }
                return super.newCounter(id);
            }
        };
        MapMetrics metrics = new MapMetrics(full, bpf.job(), Job.class);
        bpf.job().put(new Job(1, 3, 5));
        failures.set(1);
        assertThatThrownBy(metrics::update).isInstanceOf(OutOfMemoryError.class);
        bpf.job().put(new Job(1, 4, 6));
        metrics.update();
        metrics.update();

        assertThat(full.find("job.done").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(4);
    }

    @Test
    void addsUpTheValuesOfCpus() {
        MapMetrics metrics = new MapMetrics(registry, bpf.total(), Total.class);
        int cpus = Runtime.getRuntime().availableProcessors();
        bpf.total().putForEachCpu(new Total(0, 5));
        metrics.update();
        bpf.total().putForEachCpu(new Total(0, 6));
        metrics.update();
        assertThat(registry.get("total.drops").counter().count()).isEqualTo(6 * cpus);
    }

    @Test
    void narrowCountersAreUnsigned() {
        EntryMeters meters = new EntryMeters(registry, null, Narrow.class, 1, Tags.empty());

        assertThat(meters.counts(List.of(new Narrow(0x8000_0000, (short) 65_535, (byte) 200))))
                .containsExactly(0x8000_0000L, 65_535, 200);
    }

    @Test
    void keepsTheLimitOfSeries() {
        InnerMapMetrics<Long, MeteredBpf.FlowMap> metrics =
                new InnerMapMetrics<>(registry, bpf.tenant(), Metered.Tenant.class, Flow.class, 3);
        MapMetrics queues = new MapMetrics(registry, bpf.queue(), Queue.class, 3);
        LongStream.range(0, 8).forEach(number -> {
            bpf.tenant().create(number).put(new Flow(new FlowKey(1, Protocol.TCP), 10, 0));
            bpf.queue().put(new Queue(number, 10, false));
        });
        metrics.update();
        queues.update();

        assertThat(registry.find("flow.packets").counters()).hasSize(4);
        assertThat(registry.get("flow.packets")
                        .tags("tenant", "other", "protocol", "other")
                        .counter()
                        .count())
                .isEqualTo(50);
        assertThat(registry.find("flow.packets").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(80);
        assertThat(registry.find("queue.length").gauges()).hasSize(4);
        assertThat(length("other")).isEqualTo(50);

        queues.update(); // an entry keeps its series
        assertThat(registry.find("queue.length").gauges()).hasSize(4);
        assertThat(length("other")).isEqualTo(50);
    }

    @Test
    void entriesWithoutCountsTakeNoSeriesFromOthers() {
        MapMetrics metrics = new MapMetrics(registry, bpf.job(), Job.class, 1);
        bpf.job().put(new Job(1, 0, 5));
        metrics.update();
        bpf.job().put(new Job(2, 7, 5));
        metrics.update();

        assertThat(registry.get("job.done").tags("number", "2").counter().count())
                .isEqualTo(7);
    }

    @Test
    void namesOfSeveralWordsFollowTheConventionsOfPrometheus() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        EntryMeters meters = new EntryMeters(prometheus, null, FlowCount.class, 2, Tags.empty());
        FlowCount flow = new FlowCount(443, 7, 5);
        meters.count(List.of("443"), meters.counts(List.of(flow)));
        meters.measure(List.of("443"), List.of(flow));
        meters.showGauges();

        assertThat(prometheus.scrape())
                .contains(
                        "# HELP flow_count_lost_packets_total The lost packets of a FlowCount",
                        "flow_count_lost_packets_total{source_port=\"443\"} 7.0",
                        "flow_count_last_size{source_port=\"443\"} 5");
    }

    /** Prometheus wants the same labels in all series of a metric, whichever comes first. */
    @Test
    void mapsWithOtherTagsHaveTheirGauges() {
        for (boolean first : new boolean[] {true, false}) {
            PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            try (MeteredBpf other = MeteredBpf.inMemory();
                    NestmapMetrics metrics = new NestmapMetrics(prometheus)) {
                metrics.watch(bpf.tenant(), first ? new String[0] : new String[] {"interface", "eth0"});
                metrics.watch(other.tenant(), first ? new String[] {"interface", "eth0"} : new String[0]);
                assertThat(prometheus.scrape())
                        .contains("nestmap_inner_maps{map=\"tenant\"}")
                        .containsPattern(
                                "nestmap_inner_maps\\{(interface=\"eth0\",map=\"tenant\"|map=\"tenant\",interface=\"eth0\")}");
            }
        }
    }

    @Test
    void measuresAnewAfterAnUpdateThatFailed() {
        EntryMeters meters = new EntryMeters(registry, null, Queue.class, 2, Tags.empty());
        for (int update = 0; update < 2; update++) {
            meters.beginMeasuring();
            meters.measure(List.of("1"), List.of(new Queue(1, 5, false)));
        }
        meters.showGauges();

        assertThat(length("1")).isEqualTo(5);
    }

    @Test
    void showsTheLongestTimesThatMapsCanHold() {
        Duration longest = Duration.ofSeconds(18_446_744_073L, 709_551_615);
        EntryMeters meters = new EntryMeters(registry, null, Wait.class, 2, Tags.empty());
        for (Duration time : List.of(longest, longest.plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE))) {
            Wait wait = new Wait(1, time, time);
            assertThat(meters.counts(List.of(wait))).containsExactly(-1);
            meters.beginMeasuring();
            meters.measure(List.of("1"), List.of(wait));
        }
        meters.showGauges();

        assertThat(registry.get("wait.longest").gauge().value()).isEqualTo(0x1p63);
    }

    @Test
    void rejectsRecordsWithoutMetrics() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapMetrics(registry, bpf.plain(), Metered.Plain.class))
                .withMessage("record Plain has no metric: annotate components of its value with @CounterMetric or"
                        + " @GaugeMetric");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapMetrics(registry, bpf.plain(), Wrong.class))
                .withMessage("component name of record Wrong is a String, which can't be a counter: annotate whole"
                        + " numbers and durations only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapMetrics(registry, bpf.plain(), NoCounter.class))
                .withMessageStartingWith("component set of record NoCounter is a boolean, which can't be a counter");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapMetrics(registry, bpf.plain(), Twice.class))
                .withMessage("component other of record Twice has the label port, which another component has too:"
                        + " give it another one with @MetricLabel(\"...\")");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MapMetrics(registry, bpf.queue(), Queue.class, 0))
                .withMessage("the limit of series is 0, but must be at least 1");
    }

    private double length(String number) {
        return registry.get("queue.length").tags("number", number).gauge().value();
    }
}
