/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.GarbageCollection;
import dev.nestmap.runtime.testing.LogRecords;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An owned handle that nobody closes is freed and reported. */
@Timeout(60)
abstract class LeakContract extends NetworkContract {

    private final LogRecords log = LogRecords.of("dev.nestmap.runtime");

    @AfterEach
    void close() {
        log.close();
        System.clearProperty("nestmap.leakDetection");
    }

    @Test
    void freesAndReportsWhatWasForgotten() throws InterruptedException {
        int id = forget();

        collectUntil(id);

        assertThat(reports(id)).singleElement().satisfies(report -> {
            assertThat(report.getLevel().getName()).isEqualTo("WARNING");
            assertThat(report.getMessage())
                    .contains("map flow_map (id " + id + ") was closed because its handle became garbage")
                    .contains("-Dnestmap.leakDetection=true");
            assertThat(report.getThrown()).isNull();
        });
    }

    @Test
    void reportsWhereTheHandleWasCreated() throws InterruptedException {
        System.setProperty("nestmap.leakDetection", "true");
        int id = forget();

        collectUntil(id);

        assertThat(reports(id)).singleElement().satisfies(report -> {
            StringWriter trace = new StringWriter();
            report.getThrown().printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("LeakContract.forget");
        });
    }

    @Test
    void reportsNoHandleThatWasClosed() throws InterruptedException {
        tenants.create(1L);
        int closed = useProperly();
        int id = forget();

        collectUntil(id);

        assertThat(reports(id)).hasSize(1);
        assertThat(reports(closed)).isEmpty();
        assertThat(tenants.keys()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(tenants.get(2L)).isNotNull().isEmpty();
    }

    @Test
    void reportsHandlesOfOneMapOnceAMinute() throws InterruptedException {
        List<Integer> ids = Stream.generate(this::forget).limit(100).toList();

        GarbageCollection.until(
                () -> ids.stream().noneMatch(this::exists) && !log.list().isEmpty());

        assertThat(log.only()).contains("map flow_map").contains("became garbage");
    }

    private int forget() {
        FlowMap.Owned forgotten = Network.newFlows(factory());
        forgotten.put(new Flow(new FlowKey(443, 6), 1));
        return forgotten.id();
    }

    private int useProperly() {
        Network.newFlows(factory()).close();
        tenants.replace(2L, fresh -> {});
        try (DrainedMap<FlowMap> drained = DrainedMap.of(tenants.rotate(1L))) {
            assertThat(drained.map()).isNotNull();
            return drained.map().id();
        }
    }

    /** Until the map is gone and reported. */
    private void collectUntil(int id) throws InterruptedException {
        GarbageCollection.until(() -> !exists(id) && !reports(id).isEmpty());
    }

    /** The reports of a map. There may be others, of handles that earlier tests of this VM have forgotten. */
    private List<LogRecord> reports(int id) {
        return log.list().stream()
                .filter(report -> report.getMessage().contains("(id " + id + ")"))
                .toList();
    }

    private boolean exists(int id) {
        RawMap map = factory().open(id);
        if (map == null) {
            return false;
        }
        map.close();
        return true;
    }
}
