/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.FullHeap;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A shipper survives a heap that is full for a moment. */
@Tag("jdk-independent")
class FullHeapTest {
    @Test
    void aShipperGoesOnWhenThereIsMemoryAgain() throws Exception {
        String output = new ChildVm().with("-Xmx24m").run(Main.class);

        assertThat(output).contains("still tries").doesNotContain("UncaughtExceptionHandler");
    }

    static final class Main {
        public static void main(String[] args) throws InterruptedException {
            ShipperOptions options = ShipperOptions.to("counts")
                    .withMachine("full-heap")
                    .withUnpinnedMap()
                    .withInterval(Duration.ofMillis(20));
            try (CountsBpf bpf = CountsBpf.inMemory();
                    Shipper<Long> shipper = Shipper.start(bpf.tenant(), Broker.impatient("127.0.0.1:1"), options)) {
                await(shipper);
                for (int i = 0; i < 3; i++) {
                    FullHeap.during(1500);
                    await(shipper);
                }
                System.out.println("still tries: " + shipper.statistics().problem());
            }
        }

        /** Waits until the shipper's thread has tried again, and said so. */
        private static void await(Shipper<?> shipper) throws InterruptedException {
            for (int i = 0; !isTrying(shipper); i++) {
                if (i == 3000) {
                    throw new AssertionError(shipper.statistics() + " "
                            + Thread.getAllStackTraces().keySet());
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }

        private static boolean isTrying(Shipper<?> shipper) {
            ShipperStatistics now = shipper.statistics();
            return !now.stopped()
                    && String.valueOf(now.problem()).contains("Nothing accepts connections there")
                    && Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(thread -> thread.getName().startsWith("nestmap-shipper-") && thread.isAlive());
        }
    }
}
