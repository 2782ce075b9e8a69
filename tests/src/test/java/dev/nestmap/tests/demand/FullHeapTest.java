/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FullHeap;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A heap that is full for a moment ends no server of requests, because programs would lose misses without it, and no stored count is called lost. */
@Tag("jdk-independent")
class FullHeapTest {
    @Test
    void aServerGoesOnWhenThereIsMemoryAgain() throws Exception {
        String output = new ChildVm().with("-Xmx16m").run(Main.class);

        assertThat(output).contains("served").doesNotContain("UncaughtExceptionHandler");
    }

    @Test
    void anAcknowledgementNeedsNoMemory() throws Exception {
        String output = new ChildVm().with("-Xmx16m").run(Acknowledging.class);

        assertThat(output).contains("acknowledged");
    }

    /** Its object throws at its end if it takes a map for one that nobody has acknowledged. */
    static final class Acknowledging {
        public static void main(String[] args) {
            try (DemandBpf bpf = DemandBpf.inMemory()) {
                bpf.tenant().create(1L);
                rotated(bpf).acknowledge(); // so that the VM has loaded all classes before the heap is full
                for (int i = 0; i < 30; i++) {
                    Displaced<Long, DemandBpf.VisitMap> displaced = rotated(bpf);
                    FullHeap.allows(displaced::acknowledge);
                    displaced.acknowledge();
                    if (!bpf.tenant().waiting().isEmpty()) {
                        throw new AssertionError("waiting: " + bpf.tenant().waiting());
                    }
                }
            }
            System.out.println("acknowledged");
        }

        private static Displaced<Long, DemandBpf.VisitMap> rotated(DemandBpf bpf) {
            return Objects.requireNonNull(bpf.tenant().rotate(1L));
        }
    }

    static final class Main {
        public static void main(String[] args) throws InterruptedException {
            try (DemandBpf bpf = DemandBpf.inMemory();
                    OnDemandServer<Long> server = bpf.tenant().serveRequests(Duration.ofMillis(1), report -> {})) {
                serve(bpf, server, 1); // first, so that the VM has loaded all classes before the heap is full
                for (int key = 2; key < 5; key++) {
                    FullHeap.during(1000);
                    serve(bpf, server, key);
                }
                System.out.println("served " + server.statistics().served());
            }
        }

        /** Requests a key, and waits until it has its map and the listener has the report. */
        private static void serve(DemandBpf bpf, OnDemandServer<Long> server, long key) throws InterruptedException {
            bpf.tenant().request(key);
            for (int i = 0; bpf.tenant().get(key) == null || server.statistics().served() < key; i++) {
                if (i == 2000) {
                    throw new AssertionError("map " + bpf.tenant().get(key) + " for key " + key + ", "
                            + server.statistics() + ", threads "
                            + Thread.getAllStackTraces().keySet());
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }
}
