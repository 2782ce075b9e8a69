/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.micrometer.NestmapMetrics;
import dev.nestmap.micrometer.ShipperMetrics;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.PinOptions;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * The agent of a node, as flows.yaml runs it: attaches the program to an interface, ships the counts to Kafka, and serves {@code GET /live} and
 * {@code GET /metrics}. After SIGTERM, it ships everything before it ends.
 */
public final class NodeAgent {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    /** A few intervals. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private NodeAgent() {}

    /**
     * The environment has MACHINE, TOPIC, INTERFACE, TENANTS (UDP ports), PORT and DRAIN_SECONDS. SPOOL is a directory on
     * the node's disk for the counts that are not in Kafka yet, and SPOOL_BYTES its largest size.
     *
     * @param arguments the directory of the pins, and client.properties
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Duration drain = Duration.ofSeconds(Long.parseLong(variable("DRAIN_SECONDS")));
        CountDownLatch terminated = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            terminated.countDown();
            awaitUninterruptibly(ended); // the JVM ends after this
        }));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (FleetBpf bpf = FleetBpf.open()
                        .pins(PinOptions.in(Path.of(arguments[0])))
                        .attach(FleetBpf.COUNT, Xdp.on(variable("INTERFACE")), LinkPin.at(Path.of("count")))
                        .load();
                NestmapMetrics metrics = new NestmapMetrics(registry)) {
            metrics.watch(bpf.tenant());
            bpf.tenant().getOrCreateAll(tenants());
            try (Shipper<Long> shipper =
                    Shipper.start(bpf.tenant(), Utils.propsToMap(Utils.loadProps(arguments[1])), options())) {
                new ShipperMetrics(shipper).bindTo(registry);
                HttpServer server = serve(shipper, registry);
                terminated.await();
                boolean shipped = shipper.ship(drain); // not shipLast: the pinned link keeps counting
                System.out.println(
                        (shipped ? "everything is shipped: " : "not everything is shipped: ") + shipper.statistics());
                server.stop(0);
            }
        } finally {
            ended.countDown();
        }
    }

    private static ShipperOptions options() {
        return ShipperOptions.to(variable("TOPIC"))
                .withMachine(variable("MACHINE"))
                .withSpool(Path.of(variable("SPOOL")), Long.parseLong(variable("SPOOL_BYTES")));
    }

    private static HttpServer serve(Shipper<?> shipper, PrometheusMeterRegistry registry) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(variable("PORT"))), 0);
        server.createContext("/live", exchange -> {
            boolean live = !shipper.statistics().needsRestart(LIMIT);
            answer(
                    exchange,
                    live ? OK : UNAVAILABLE,
                    String.valueOf(shipper.statistics().problem()));
        });
        server.createContext("/metrics", exchange -> answer(exchange, OK, registry.scrape()));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static List<Long> tenants() {
        return Stream.of(variable("TENANTS").split(",", -1)).map(Long::valueOf).toList();
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the environment has no " + name + ": examples/fleet/flows.yaml sets it");
        }
        return value;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts a hook
        }
    }
}
