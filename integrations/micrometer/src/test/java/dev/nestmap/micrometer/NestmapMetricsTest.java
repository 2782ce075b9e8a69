/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.micrometer.Metered.Queue;
import dev.nestmap.micrometer.MeteredBpf.FlowMap;
import dev.nestmap.runtime.RequestServer;
import dev.nestmap.runtime.error.BpfException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The metrics of operations. */
class NestmapMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void countsOperationsErrorsAndMaps() {
        try (MeteredBpf bpf = MeteredBpf.inMemory()) {
            NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant(), "interface", "eth0");
            bpf.tenant().createAll(List.of(1L, 2L, 3L));
            FlowMap.Owned rotated = Objects.requireNonNull(bpf.tenant().rotate(1));
            bpf.tenant().discard(3);

            assertThat(registry.get("nestmap.operations")
                            .tags("operation", "create", "map", "tenant")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(changed("create")).isEqualTo(3);
            assertThat(changed("rotate")).isEqualTo(1);
            assertThat(changed("discard")).isEqualTo(1);
            assertThat(registry.get("nestmap.grace.periods")
                            .tags("map", "tenant")
                            .timer()
                            .count())
                    .isBetween(3L, 5L);
            assertThat(gauge("nestmap.inner.maps")).isEqualTo(2);
            assertThat(gauge("nestmap.undrained.maps")).isEqualTo(1);
            rotated.close();
            assertThat(gauge("nestmap.undrained.maps")).isZero();

            for (long number = 0; number < 8; number++) {
                bpf.queue().put(new Queue(number, 1, false));
            }
            assertThatThrownBy(() -> bpf.queue().put(new Queue(8, 1, false))).isInstanceOf(BpfException.class);
            assertThat(registry.get("nestmap.errors")
                            .tags("map", "queue", "errno", "E2BIG")
                            .counter()
                            .count())
                    .isEqualTo(1);
            metrics.close();
            bpf.tenant().create(9);
            assertThat(changed("create")).isEqualTo(3);
        }
        assertThat(gauge("nestmap.inner.maps")).isNaN();
    }

    @Test
    void countsRequests() {
        try (MeteredBpf bpf = MeteredBpf.inMemory();
                RequestServer<Long> server = bpf.tenant()
                        .serveRequests(
                                RequestServer.Options.defaults().withPollInterval(Duration.ofDays(1)), served -> {});
                NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant(), server)) {
            bpf.tenant().request(7);
            while (server.statistics().served() == 0) {
                server.serve();
            }
            assertThat(metrics).isNotNull();
            assertThat(registry.get("nestmap.requests.served").counter().count())
                    .isEqualTo(1);
            assertThat(registry.get("nestmap.requests.misses").counter().count())
                    .isZero();
            assertThat(registry.get("nestmap.requests.lost").functionCounter().count())
                    .isZero();
        }
    }

    private double changed(String operation) {
        return registry.get("nestmap.changes")
                .tags("operation", operation, "map", "tenant", "result", "changed")
                .counter()
                .count();
    }

    private double gauge(String name) {
        return registry.get(name).tags("map", "tenant").gauge().value();
    }
}
