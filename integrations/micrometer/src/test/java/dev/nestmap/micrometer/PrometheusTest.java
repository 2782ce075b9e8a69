/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperOptions;
import dev.nestmap.memory.MemoryProgram;
import dev.nestmap.micrometer.Metered.Flow;
import dev.nestmap.micrometer.Metered.FlowKey;
import dev.nestmap.micrometer.Metered.Protocol;
import dev.nestmap.micrometer.Metered.Queue;
import dev.nestmap.micrometer.MeteredBpf.FlowMap;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.testing.DrainedMap;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.FetchMetricsRegistry;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.MetricNameTemplate;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Measurable;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus server that scrapes a service over loopback reads exact counters, and has what the alerts need. */
@Tag("server")
@Timeout(180)
@Tag("long")
class PrometheusTest {
    private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern METRIC = Pattern.compile("(nestmap|kafka)_\\w+");

    private static final Pattern NAME = Pattern.compile("- alert: (\\w+)");
    private static final Pattern ALERT_THAT_REMEMBERS = Pattern.compile("ALERTS_FOR_STATE\\{alertname=\"(\\w+)\"");

    /** Shorter than the limit of the test, so that a missing metric is named. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(150);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MeteredBpf bpf = MeteredBpf.inMemory();
    private final NestmapMetrics metrics = new NestmapMetrics(registry).watch(bpf.tenant());

    @TempDir
    private Path directory;

    private @Nullable HttpServer service;
    private @Nullable PrometheusServer prometheus;

    @BeforeEach
    void needPrometheus() {
        assumeTrue(PrometheusServer.isInstalled(), "there is no command prometheus: install it (Debian: prometheus)");
    }

    /** The server, which is started with the service when a test first asks it. */
    private PrometheusServer prometheus() throws IOException {
        if (prometheus == null) {
            service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            service.createContext("/metrics", exchange -> {
                byte[] answer = registry.scrape().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            service.start();
            prometheus = new PrometheusServer(directory, service.getAddress().getPort());
        }
        return prometheus;
    }

    @AfterEach
    void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (service != null) {
            service.stop(0);
        }
        metrics.close();
        bpf.close();
    }

    /** The service adds what it drains to a counter, as the page about metrics does. */
    @Test
    void showsExactCountersThatNeverGoDown() throws Exception {
        bpf.tenant().createAll(List.of(53L, 443L));
        String tcp = "flow_packets_total{tenant=\"443\"}";
        long packets = 0;
        for (int rotation = 0; rotation < 6; rotation++) {
            packets += count(100 * (7 - rotation)); // less than before the last rotation
            DrainedMap.drainEach(bpf.tenant().rotateAll(List.of(53L, 443L)), this::add);
            await(tcp, (double) packets);
        }

        await("nestmap_inner_maps{map=\"tenant\"}", 2);
        await("nestmap_waiting_maps{map=\"tenant\"}", 0);
        await("nestmap_changes_total{operation=\"rotate\",map=\"tenant\",result=\"changed\"}", 12);
        await("nestmap_operations_seconds_count{operation=\"rotate\",map=\"tenant\"}", 6);
        List<Double> samples = prometheus().query("flow_packets_total{tenant=\"443\"}[5m]");
        assertThat(samples).hasSizeGreaterThanOrEqualTo(6).isSorted();
    }

    private void add(Long tenant, FlowMap drained) {
        drained.forEach(flow ->
                registry.counter("flow.packets", "tenant", tenant.toString()).increment((double) flow.packets()));
    }

    @Test
    void hasTheMetricsOfTheDashboardAndTheAlerts() throws Exception {
        String dashboard = Files.readString(Path.of("grafana/nestmap.json"));
        List<String> expressions = new ArrayList<>(EXPRESSION
                .matcher(dashboard)
                .results()
                .map(found -> found.group(1)
                        .replace("\\\"", "\"")
                        .replace("$__rate_interval", "1m")
                        .replace("$instance", ".*"))
                .toList());
        assertThat(expressions).hasSizeGreaterThan(10);
        METRIC.matcher(Files.readString(Path.of("grafana/alerts.yml")))
                .results()
                .forEach(metric -> expressions.add(metric.group()));
        assertThat(METRIC.matcher(Files.readString(Path.of("../../docs/production/observe.md")))
                        .results()
                        .map(PrometheusTest::withoutSuffix)
                        .toList())
                .containsAll(expressions.stream()
                        .flatMap(expression -> METRIC.matcher(expression).results())
                        .map(PrometheusTest::withoutSuffix)
                        .toList());
        try (OnDemandServer<Long> server = useEverything();
                Shipper<Long> shipper = shipper();
                KafkaClientMetrics ofConsumer = new KafkaClientMetrics(consumer())) {
            new ShipperMetrics(shipper).bindTo(registry);
            ofConsumer.bindTo(registry);
            long end = System.nanoTime() + LONGEST_WAIT.toNanos();
            for (String expression : expressions) {
                while (prometheus().query(expression).isEmpty()) {
                    assertThat(System.nanoTime() - end)
                            .as("no metric for " + expression)
                            .isNegative();
                    Thread.sleep(20);
                }
            }
            assertThat(server.lostRequests()).isZero();
        }
    }

    /** A consumer with the metrics of Kafka's client. */
    private static Consumer<byte[], byte[]> consumer() {
        FetchMetricsRegistry names = new FetchMetricsRegistry(Set.of("client-id"), "consumer");
        Map<MetricName, Metric> metrics = new HashMap<>();
        for (MetricNameTemplate template : List.of(names.partitionRecordsLead, names.partitionRecordsLag)) {
            MetricName name = new MetricName(
                    template.name(),
                    template.group(),
                    template.description(),
                    Map.of("client-id", "c", "topic", "flows", "partition", "0"));
            metrics.put(
                    name,
                    new KafkaMetric(
                            new Object(), name, (Measurable) (config, now) -> 7, new MetricConfig(), Time.SYSTEM));
        }
        return new MockConsumer<>("none") {
            @Override
            public Map<MetricName, ? extends Metric> metrics() {
                return metrics;
            }
        };
    }

    /** Kafka is not there, so the shipper fills its spool. Closing it waits until its call to Kafka has given up. */
    private Shipper<Long> shipper() {
        Objects.requireNonNull(bpf.tenant().get(9)).put(new Flow(new FlowKey(1, Protocol.UDP), 12, 3400));
        return Shipper.start(
                bpf.tenant(),
                Map.of("bootstrap.servers", "127.0.0.1:1", "default.api.timeout.ms", 500, "request.timeout.ms", 500),
                ShipperOptions.to("flows")
                        .withMachine("node-1")
                        .withInterval(Duration.ofSeconds(1))
                        .withSpool(directory.resolve("spool"), 1_000_000)
                        .withUnpinnedMap());
    }

    /** Each alert fires in one case, and stays silent in ordinary operation. */
    @Test
    void alertsHaveTests() throws Exception {
        String rules = Files.readString(Path.of("grafana/alerts.yml"));
        String tests = Files.readString(Path.of("grafana/alerts-test.yml"));
        assertThat(NAME.matcher(rules).results().map(found -> found.group(1)))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(tests.split("alertname: " + name + "\\b", -1))
                        .as(name)
                        .hasSizeGreaterThan(2));
        assertThat(Files.readString(Path.of("grafana/alerts-outage-test.yml")))
                .contains(ALERT_THAT_REMEMBERS
                        .matcher(rules)
                        .results()
                        .map(found -> found.group(1))
                        .toList());
        promtool("test", "rules", "grafana/alerts-test.yml", "grafana/alerts-outage-test.yml");
    }

    private static void promtool(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("promtool"));
        line.addAll(List.of(arguments));
        Process promtool = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(output).isZero();
    }

    /** The page has the suffixes of a timer in one row. */
    private static String withoutSuffix(MatchResult metric) {
        return metric.group().replaceAll("_(count|sum|max)$", "");
    }

    /** Makes each metric of the dashboard. A load needs a kernel, so the test reports one itself. */
    private OnDemandServer<Long> useEverything() {
        assertThatThrownBy(() -> MeteredBpf.load(directory.resolve("absent.bpf.o")))
                .isInstanceOf(BpfException.class);
        RunningOperation.of(Operation.Kind.LOAD, "metered", running -> "");
        OnDemandServer<Long> server = bpf.tenant().serveRequests(Duration.ofMillis(1), served -> {});
        MemoryProgram.define(bpf, "count", (packet, context) -> 0);
        metrics.watch(bpf.tenant(), server).watch(bpf);
        bpf.tenant().request(8);
        bpf.tenant().create(9).put(new Flow(new FlowKey(1, Protocol.UDP), 12, 3400));
        bpf.tenant().drain(9, drained -> drained.map().forEach(flow -> {}));
        OperationListeners.drained(new OperationListener.Drain("tenant", 0, true));
        OperationListeners.uncounted(new Uncounted("tenant", 1, 1, 2));
        OperationListeners.acknowledged(new OperationListener.Acknowledged("tenant", 9L, 64, 64));
        for (long number = 0; number < 8; number++) {
            bpf.queue().put(new Queue(number, 1));
        }
        assertThatThrownBy(() -> bpf.queue().put(new Queue(8, 1))).isInstanceOf(BpfException.class);
        return server;
    }

    private long count(int packets) {
        FlowMap map = Objects.requireNonNull(bpf.tenant().get(443));
        for (int i = 0; i < packets; i++) {
            FlowKey key = new FlowKey(i % 5, Protocol.TCP);
            Flow counted = map.get(key);
            map.put(new Flow(key, counted == null ? 1 : counted.packets() + 1, 0));
        }
        return packets;
    }

    private void await(String expression, double expected) throws IOException, InterruptedException {
        while (!prometheus().query(expression).equals(List.of(expected))) {
            Thread.sleep(20);
        }
    }
}
