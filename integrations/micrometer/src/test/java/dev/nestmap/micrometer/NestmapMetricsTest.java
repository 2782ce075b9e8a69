/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.micrometer.Metered.Queue;
import dev.nestmap.micrometer.MeteredBpf.FlowMap;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.ServedByHand;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.DrainException;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.LogRecords;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each operation, error, drain and refused addition is counted once. */
class NestmapMetricsTest {
    private static final List<String> PROGRAM_METERS = List.of("runs", "run.time", "recursion.misses");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void countsOperationsErrorsAndMaps() {
        try (MeteredBpf bpf = MeteredBpf.inMemory()) {
            NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant(), "interface", "eth0");
            bpf.tenant().createAll(List.of(1L, 2L, 3L));
            DrainedMap<FlowMap> rotatedTicket =
                    DrainedMap.of(Objects.requireNonNull(bpf.tenant().rotate(1)));
            bpf.tenant().discard(3);

            assertThat(registry.timer("nestmap.operations", "operation", "create", "map", "tenant")
                            .count())
                    .isEqualTo(1);
            assertThat(changed("create")).isEqualTo(3);
            assertThat(changed("rotate")).isEqualTo(1);
            assertThat(changed("discard")).isEqualTo(1);
            assertThat(registry.timer("nestmap.grace.periods", "map", "tenant").count())
                    .isBetween(3L, 5L);
            assertThat(gauge("nestmap.inner.maps")).isEqualTo(2);
            assertThat(gauge("nestmap.waiting.maps")).isEqualTo(1);
            assertThat(gauge("nestmap.kept.maps")).isZero();
            rotatedTicket.close();
            assertThat(gauge("nestmap.waiting.maps")).isZero();

            for (long number = 0; number < 8; number++) {
                bpf.queue().put(new Queue(number, 1));
            }
            assertThatThrownBy(() -> bpf.queue().put(new Queue(8, 1))).isInstanceOf(BpfException.class);
            assertThat(count("nestmap.errors", "map", "queue", "errno", "E2BIG"))
                    .isEqualTo(1);
            metrics.close();
            bpf.tenant().create(9);
            assertThat(changed("create")).isEqualTo(3);
        }
        assertThat(gauge("nestmap.inner.maps")).isNaN();
        assertThat(gauge("nestmap.waiting.maps")).isNaN();
        assertThat(gauge("nestmap.kept.maps")).isNaN();
        assertThat(gauge("nestmap.waiting.age")).isNaN();
    }

    @Test
    void showsDrainsAndTheOldestWaitingMap() {
        try (MeteredBpf bpf = MeteredBpf.inMemory()) {
            NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant());
            assertThat(gauge("nestmap.waiting.age")).isZero();
            bpf.tenant().create(1).put(new Metered.Flow(new Metered.FlowKey(1, Metered.Protocol.TCP), 1, 2));
            assertThatThrownBy(() -> bpf.tenant().drain(1, drained -> {
                        throw new IOException("the disk is full");
                    }))
                    .isInstanceOf(DrainException.class);
            assertThat(gauge("nestmap.waiting.age")).isBetween(0.0, 60.0);
            assertThat(drains("failed")).isEqualTo(1);
            assertThat(registry.get("nestmap.drain.age").gauges()).hasSize(1);

            assertThat(bpf.tenant().drain(1, drained -> drained.map().forEach(flow -> {})))
                    .isEqualTo(1);
            assertThat(drains("completed")).isEqualTo(1);
            assertThat(gauge("nestmap.drain.age")).isBetween(0.0, 60.0);
            assertThat(gauge("nestmap.waiting.age")).isZero();
            assertThat(registry.get("nestmap.fill")
                            .tags("map", "tenant", "key", "other")
                            .summary()
                            .max())
                    .isBetween(0.0001, 0.5);
            metrics.close();
        }
    }

    /** A service that forgets to drain, to serve or to attach is seen by the first scrape. */
    @Test
    void metersExistBeforeAnythingHappens() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant())) {
            MemoryProgram.define(bpf, "count", (packet, context) -> 0);
            metrics.watch(bpf);
            assertThat(gauge("nestmap.drain.age")).isBetween(0.0, 60.0);
            assertThat(gauge("nestmap.requests.servers")).isZero();
            assertThat(registry.get("nestmap.program.attached").gauge().value()).isZero();
            try (OnDemandServer<Long> server = bpf.tenant().serveRequests(served -> {})) {
                while (gauge("nestmap.requests.servers") == 0) {
                    Thread.onSpinWait();
                }
                assertThat(server.lostRequests()).isZero();
            }
            assertThat(gauge("nestmap.requests.servers")).isZero();
        }
        assertThat(gauge("nestmap.requests.servers")).isNaN();
        assertThat(registry.get("nestmap.program.attached").gauge().value()).isNaN();
    }

    /** What an alert or the dashboard asks for is there as soon as a service watches all that it has. */
    @Test
    void metricsOfTheDashboardAndTheAlertsExistBeforeAnythingHappens() throws IOException {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                OnDemandServer<Long> server = bpf.tenant().serveRequests(served -> {});
                NestmapMetrics metrics = new NestmapMetrics(prometheus)) {
            MemoryProgram.define(bpf, "count", (packet, context) -> 0);
            metrics.watch(bpf.tenant(), server).watch(bpf);
            Set<String> asked = Pattern.compile("nestmap_(?!shipper_)\\w+")
                    .matcher(Files.readString(Path.of("grafana/nestmap.json"))
                            + Files.readString(Path.of("grafana/alerts.yml")))
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(asked).hasSizeGreaterThan(20);
            String scraped = prometheus.scrape();
            assertThat(asked)
                    .filteredOn(metric -> !Pattern.compile("^" + metric + "[{ ]", Pattern.MULTILINE)
                            .matcher(scraped)
                            .find())
                    .containsExactly("nestmap_errors_total", "nestmap_loads_seconds_count");
        }
    }

    /** A wrong key would look healthy forever. */
    @Test
    void aDrainOfAKeyWithoutAMapIsNoDrain() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant())) {
            assertThat(metrics).isNotNull();
            bpf.tenant().create(1);
            assertThat(bpf.tenant().drain(99, drained -> {})).isZero();
            assertThat(bpf.tenant().drainAll(List.of(98L, 99L), drained -> {})).isZero();
            assertThat(bpf.tenant().drainLast(99, drained -> {})).isZero();
            assertThat(drains("completed")).isZero();
            assertThat(drains("failed")).isZero();

            assertThat(bpf.tenant().drain(1, drained -> {}))
                    .as("the map is empty")
                    .isZero();
            assertThat(drains("completed")).isEqualTo(1);
        }
    }

    /** The longer call has all that the shorter one has. */
    @Test
    void watchingAServerWatchesItsMap() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                OnDemandServer<Long> server = bpf.tenant().serveRequests(served -> {})) {
            SimpleMeterRegistry ofMap = new SimpleMeterRegistry();
            try (NestmapMetrics alone = new NestmapMetrics(ofMap).watch(bpf.tenant(), "interface", "eth0");
                    NestmapMetrics both =
                            new NestmapMetrics(registry).watch(bpf.tenant(), server, "interface", "eth0")) {
                assertThat(List.of(alone, both)).hasSize(2);
                assertThat(registry.getMeters().stream().map(Meter::getId))
                        .containsAll(
                                ofMap.getMeters().stream().map(Meter::getId).toList());
            }
        }
    }

    /** Micrometer logs a warning if a gauge is registered a second time. */
    @Test
    void noGaugeIsRegisteredTwice() {
        List<Meter.Id> twice = new ArrayList<>();
        registry.config().onMeterRegistrationFailed((id, reason) -> twice.add(id));
        try (LogRecords log = LogRecords.of("io.micrometer");
                MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant())) {
            assertThat(metrics).isNotNull();
            bpf.tenant().create(1);
            for (int i = 0; i < 3; i++) {
                bpf.tenant().drainAll(drained -> {});
            }
            assertThat(log.messages()).isEmpty();
        }
        assertThat(twice).isEmpty();
    }

    /** A meter for each key would grow with the number of tenants. */
    @Test
    void boundsTheKeysOfNearlyFullMaps() {
        NestmapMetrics metrics = new NestmapMetrics(registry);
        for (long key = 0; key < 30; key++) {
            OperationListeners.acknowledged(new OperationListener.Acknowledged("tenant", key, 60, 64));
        }
        metrics.close();
        assertThat(registry.find("nestmap.fill").summaries()).hasSize(21);
        assertThat(registry.get("nestmap.fill").tag("key", "3").summary().count())
                .isEqualTo(1);
        assertThat(registry.get("nestmap.fill").tag("key", "other").summary().count())
                .isEqualTo(10);
    }

    /** Without a record that asks for it, and without a call of watch. */
    @Test
    void countsAdditionsThatAreInNoInnerMap() {
        NestmapMetrics metrics = new NestmapMetrics(registry);
        OperationListeners.uncounted(new Uncounted("tenant", 3, 0, 0));
        OperationListeners.uncounted(new Uncounted("tenant", 3, 1, 5));
        metrics.close();
        assertThat(count("nestmap.refused.additions", "map", "tenant", "reason", "full"))
                .isEqualTo(6);
        assertThat(count("nestmap.refused.additions", "map", "tenant", "reason", "other"))
                .isEqualTo(1);
        assertThat(count("nestmap.unknown.key.additions", "map", "tenant")).isEqualTo(5);
    }

    private double drains(String result) {
        return count("nestmap.drains", "map", "tenant", "result", result);
    }

    /** A framework binds its registry before or after the maps exist, and a service may load its object again. */
    @Test
    void theOrderOfCreationDoesNotMatter() {
        try (NestmapMetrics metrics = new NestmapMetrics()) {
            try (MeteredBpf bpf = MeteredBpf.inMemory()) {
                metrics.watch(bpf.tenant());
                bpf.tenant().create(1);
                metrics.bindTo(registry);
                assertThat(gauge("nestmap.inner.maps")).isEqualTo(1);
                bpf.tenant().create(2);
                assertThat(changed("create")).isEqualTo(1); // since the registry is there
            }
            assertThat(gauge("nestmap.inner.maps")).isNaN();
            try (MeteredBpf again = MeteredBpf.inMemory()) {
                metrics.watch(again.tenant());
                assertThat(gauge("nestmap.inner.maps")).isZero();
            }
        }
    }

    /** Spring Boot binds a bean that the service has created with the same registry. */
    @Test
    void countsOnceIfARegistryIsBoundTwice() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry)) {
            metrics.bindTo(registry);
            bpf.tenant().create(1);
            assertThat(changed("create")).isEqualTo(1);
        }
    }

    @Test
    void canBeBoundAgainAfterItWasClosed() {
        NestmapMetrics metrics = new NestmapMetrics(registry);
        metrics.close();
        metrics.bindTo(registry);
        try (MeteredBpf bpf = MeteredBpf.inMemory()) {
            bpf.tenant().create(1);
        }
        metrics.close();
        assertThat(changed("create")).isEqualTo(1);
    }

    @Test
    void eachMeterHasAHelpText() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant())) {
            MemoryProgram.define(bpf, "count", (packet, context) -> 0);
            metrics.watch(bpf);
            bpf.tenant().create(1);
            assertThatThrownBy(() -> bpf.tenant().create(1)).isInstanceOf(BpfException.class);
            assertThat(registry.getMeters())
                    .isNotEmpty()
                    .allSatisfy(
                            meter -> assertThat(meter.getId().getDescription()).isNotBlank());
        }
    }

    /** Java code in place of a program misses keys like one. */
    @Test
    void countsTheMissesOfProgramsInMemory() {
        try (MeteredBpf bpf = MeteredBpf.inMemory()) {
            UntypedProgram program = MemoryProgram.define(bpf, "count", (packet, context) -> {
                if (bpf.tenant().get(packet[0]) == null) {
                    bpf.tenant().request(packet[0]);
                    return 1;
                }
                return 2;
            });
            try (OnDemandServer<Long> server = ServedByHand.stopped(bpf.tenant().serveRequests(served -> {}));
                    NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant(), server)) {
                assertThat(metrics).isNotNull();
                assertThat(program.testRun(new byte[] {7}).returnValue()).isEqualTo(1);
                assertThat(program.testRun(new byte[] {7}).returnValue()).isEqualTo(1);
                bpf.tenant().request(8); // not a miss of a program
                ServedByHand.serve(server);
                assertThat(program.testRun(new byte[] {7}).returnValue()).isEqualTo(2);
                assertThat(count("nestmap.requests.misses")).isEqualTo(2);
                assertThat(count("nestmap.requests.served")).isEqualTo(2);
                assertThat(registry.get("nestmap.requests.lost")
                                .functionCounter()
                                .count())
                        .isZero();
            }
        }
    }

    /** In memory, the numbers are zeros. While the kernel counts no runs, their number is unknown. */
    @Test
    void countsRunsOfProgramsUntilTheObjectIsClosed() throws IOException {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry)) {
            MemoryProgram.define(bpf, "count", (packet, context) -> 0);
            metrics.watch(bpf, "interface", "eth0");
            boolean isCounted =
                    Files.readString(NestmapMetrics.STATISTICS_SWITCH).startsWith("1");
            for (String name : PROGRAM_METERS) {
                boolean isKnown = isCounted || name.equals("recursion.misses");
                assertThat(program(name)).as(name).isEqualTo(Double.valueOf(isKnown ? 0 : Double.NaN));
            }
            assertThat(detached()).isZero();
        }
        for (String name : PROGRAM_METERS) {
            assertThat(program(name)).as(name).isNaN();
        }
        assertThat(detached()).isNaN();
    }

    @Test
    void countsEventsThatABufferLoses() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                NestmapMetrics metrics = new NestmapMetrics(registry)) {
            metrics.watch(bpf, "interface", "eth0");
            for (int number = 0; number < 300; number++) { // 256 fit, but for one byte
                bpf.opened().offer(new Metered.Opened(number));
            }
            assertThat(registry.get("nestmap.lost.events")
                            .tags("map", "opened", "interface", "eth0")
                            .functionCounter()
                            .count())
                    .isEqualTo(300 - 255);
        }
    }

    private double detached() {
        return registry.get("nestmap.program.detached")
                .tags("program", "count", "interface", "eth0")
                .gauge()
                .value();
    }

    private double program(String name) {
        return registry.get("nestmap.program." + name)
                .tags("program", "count", "interface", "eth0")
                .functionCounter()
                .count();
    }

    private double changed(String operation) {
        return count("nestmap.changes", "operation", operation, "map", "tenant", "result", "changed");
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double gauge(String name) {
        return registry.get(name).tags("map", "tenant").gauge().value();
    }
}
