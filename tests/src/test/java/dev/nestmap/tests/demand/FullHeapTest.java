/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OnDemandServer.Options;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FullHeap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server of requests survives a heap that is full for a moment, because programs would lose misses without it. */
@Tag("jdk-independent")
class FullHeapTest {
    @Test
    void aServerGoesOnWhenThereIsMemoryAgain() throws Exception {
        String output = new ChildVm().with("-Xmx16m").run(Main.class);

        assertThat(output).contains("served").doesNotContain("UncaughtExceptionHandler");
    }

    static final class Main {
        public static void main(String[] args) throws InterruptedException {
            Options often =
                    Options.defaults().withPollInterval(Duration.ofMillis(1)).withSpares(0);
            try (DemandBpf bpf = DemandBpf.inMemory();
                    OnDemandServer<Long> server = bpf.tenant().serveRequests(often, report -> {})) {
                bpf.tenant().request(1);
                await(bpf, 1);
                for (int i = 0; i < 3; i++) {
                    FullHeap.during(1000);
                    bpf.tenant().request(2 + i);
                    await(bpf, 2 + i);
                }
                System.out.println("served " + server.statistics().served());
            }
        }

        private static void await(DemandBpf bpf, long key) throws InterruptedException {
            for (int i = 0; bpf.tenant().get(key) == null; i++) {
                if (i == 2000) {
                    throw new AssertionError("no map for key " + key + " of "
                            + Thread.getAllStackTraces().keySet());
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }
}
