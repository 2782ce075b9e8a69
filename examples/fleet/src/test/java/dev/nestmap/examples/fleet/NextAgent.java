/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.Utils;

/** The next version of the agent, with {@link NextFlows}. */
final class NextAgent {
    private NextAgent() {}

    /** The arguments and the environment are those of {@link com.acme.Agent}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        CountDownLatch terminated = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            terminated.countDown();
            join(main);
        }));
        Map<String, Object> client = Utils.propsToMap(Utils.loadProps(arguments[1]));
        try (NextFlowsBpf bpf = NextFlowsBpf.open()
                        .pins(PinOptions.in(Path.of(arguments[0])))
                        .attach(NextFlowsBpf.COUNT, Cgroup.of(Path.of(setting("CGROUP"))), LinkPin.at(Path.of("count")))
                        .load();
                Shipper<Long> shipper = Shipper.start(bpf.tenant(), client, options())) {
            terminated.await();
            System.out.println(
                    (shipper.ship(Duration.ofMinutes(2)) ? "everything is shipped: " : "") + shipper.statistics());
        }
    }

    private static ShipperOptions options() {
        return ShipperOptions.to(setting("TOPIC"))
                .withMachine(setting("MACHINE"))
                .withInterval(Duration.parse(setting("INTERVAL")))
                .withSpool(Path.of(setting("SPOOL")), 1_000_000_000);
    }

    private static String setting(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
