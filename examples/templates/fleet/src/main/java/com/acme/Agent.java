package com.acme;

import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.micrometer.NestmapMetrics;
import dev.nestmap.micrometer.ShipperMetrics;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.attach.Cgroup;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.PinOptions;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * Counts on one machine and ships the counts to Kafka. It may be killed, because the program keeps counting in its pinned maps. After SIGTERM,
 * it ships everything before it ends. If systemd stops the machine, or there is a file with the name of the spool and ".last", it first
 * detaches the program, and the machine has ended.
 */
public final class Agent {
    /** A shipper without a round for two intervals and this time is restarted. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Path LINK = Path.of("count");

    /**
     * The environment may have MACHINE and the settings below.
     *
     * @param arguments the directory of the pins, and client.properties
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path pins = Path.of(arguments[0]);
        Cgroup group = Cgroup.of(Path.of(setting("CGROUP", Cgroup.root().directory().toString())));
        Duration drain = Duration.parse(setting("DRAIN", "PT1M")); // for the last counts, before the agent ends
        Path last = Path.of(spool() + ".last"); // an operator makes it, who wants to remove or reboot the machine
        Path shipped = Path.of(spool() + ".shipped"); // what it becomes
        Files.deleteIfExists(last); // the operator starts the agent again nevertheless
        Files.deleteIfExists(shipped);
        CountDownLatch terminated = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            terminated.countDown();
            awaitUninterruptibly(ended); // the JVM ends after this
        }));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (FlowsBpf bpf = FlowsBpf.open()
                        .pins(PinOptions.in(pins))
                        .attach(FlowsBpf.COUNT, group, LinkPin.at(LINK))
                        .load();
                NestmapMetrics metrics = new NestmapMetrics(registry)) {
            metrics.watch(bpf);
            bpf.tenant().getOrCreateAll(tenants());
            try (Shipper<Long> shipper =
                            Shipper.start(bpf.tenant(), Utils.propsToMap(Utils.loadProps(arguments[1])), options());
                    Metrics server = serve(shipper, registry)) {
                new ShipperMetrics(shipper).bindTo(server.registry());
                terminated.await();
                boolean isTold = Files.exists(last);
                boolean isLast = (isTold || isMachineStopping()) && isDetached(pins.resolve(LINK));
                boolean isShipped = isLast ? shipper.shipLast(drain) : shipper.ship(drain);
                if (isTold && isLast && isShipped) {
                    Files.move(last, shipped);
                }
                System.out.println(
                        (isShipped ? "everything is shipped: " : "not everything is shipped: ") + shipper.statistics());
            }
        } finally {
            ended.countDown();
        }
    }

    private static String setting(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    private static Path spool() {
        return Path.of(setting("SPOOL", "/var/lib/flows/spool"));
    }

    private static List<Long> tenants() {
        return Stream.of(setting("TENANTS", "5353").split(",", -1))
                .map(Long::valueOf)
                .toList();
    }

    private static ShipperOptions options() {
        ShipperOptions options = ShipperOptions.to(setting("TOPIC", "flows"))
                .withInterval(Duration.parse(setting("INTERVAL", "PT10S")))
                .withSpool(
                        spool(), // on a disk, for what Kafka doesn't have yet
                        Long.parseLong(setting("SPOOL_BYTES", "1000000000")));
        String machine = System.getenv("MACHINE");
        return machine == null ? options : options.withMachine(machine);
    }

    /** Serves the liveness probe and the metrics. */
    private static Metrics serve(Shipper<?> shipper, PrometheusMeterRegistry registry) throws IOException {
        Duration limit = PATIENCE.plus(shipper.interval().multipliedBy(2));
        Metrics server = Metrics.serve(registry, 9465);
        server.server().createContext("/live", exchange -> {
            boolean live = !shipper.statistics().needsRestart(limit);
            String problem = String.valueOf(shipper.statistics().problem());
            Metrics.answer(exchange, live ? 200 : 503, problem);
        });
        return server;
    }

    /** What is sent after this is not counted, as before the next start. If it fails, the machine has not ended, and its counts are shipped. */
    private static boolean isDetached(Path link) {
        try {
            Nestmap.openPinnedLink(link).detach();
            return true;
        } catch (BpfException e) {
            System.out.println("the machine is not marked as ended: " + e.getMessage());
            return false;
        }
    }

    /** Whether systemd is about to reboot or power off. In a container, nobody knows. */
    private static boolean isMachineStopping() {
        try {
            Process systemctl = new ProcessBuilder("systemctl", "is-system-running").start();
            return new String(systemctl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip().equals("stopping");
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts a hook
        }
    }
}
