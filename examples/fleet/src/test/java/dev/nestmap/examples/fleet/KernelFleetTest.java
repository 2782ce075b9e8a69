/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.examples.fleet.Fleet.Flow;
import dev.nestmap.examples.fleet.Fleet.FlowKey;
import dev.nestmap.examples.fleet.FleetBpf.TenantMap;
import dev.nestmap.runtime.pin.MapAccess;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example briefly. */
@Tag("jdk-independent")
@Tag("kernel")
@Timeout(600)
@Tag("long")
class KernelFleetTest {
    private static final boolean KERNEL_REQUIRED = "1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"));

    @TempDir
    private Path directory;

    @BeforeAll
    static void requireKernel() {
        boolean canRun = "root".equals(System.getProperty("user.name"))
                && Files.isWritable(Path.of("/sys/fs/bpf"))
                && KernelFleetTest.class.getResource("/META-INF/bpf/dev/nestmap/examples/fleet/fleet.bpf.o") != null;
        Assumptions.assumeTrue(
                canRun || KERNEL_REQUIRED, "this machine allows no BPF programs, or clang is not installed");
    }

    private Process demo(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process demo) throws IOException {
        return new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theTotalsAreWhatWasSent() throws Exception {
        Process demo = demo("--machines", "2", "--minutes", "0.2", "--kills", "3", "--rollout");

        String output = output(demo);

        assertThat(demo.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("difference      0")
                .contains("0 messages twice")
                .contains("Machine 2 gets the next version")
                .doesNotContain(" 0 of the next one");
    }

    /** With a broker that the demo did not start. */
    @Test
    void exitsWithOneIfADatagramIsMissing() throws Exception {
        Broker broker = new Broker(Files.createDirectory(directory.resolve("kafka")));
        try {
            Topics.create(broker.bootstrap(), "hostile", Topics.STARTING); // waits for the broker
            Process demo =
                    demo("--machines", "1", "--bootstrap", broker.bootstrap(), "--minutes", "0.03", "--kills", "0");
            try {
                takeOneDatagram(demo);
            } catch (Throwable e) { // also an assertion error
                demo.destroyForcibly();
                throw e;
            }
            String output = output(demo);

            assertThat(demo.waitFor()).as(output).isEqualTo(1);
            assertThat(output).contains("difference      1: NOT EQUAL");
            anUnreadableMessageStopsTheTotals(broker);
        } finally {
            broker.stop();
        }
    }

    @Test
    void removesItsPinsIfItIsTerminated() throws Exception {
        Process demo = demo("--machines", "1", "--kills", "0");
        Path pins = Path.of("/sys/fs/bpf").resolve(firstRun(demo).getFileName());
        assertThat(pins.resolve("machine-1/tenant")).exists();

        demo.toHandle().destroy(); // SIGTERM

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output(demo)).contains("Ended before the totals were compared.");
        assertThat(pins).doesNotExist();
    }

    @Test
    void saysSoonThatKafkaDoesNotAnswer() throws Exception {
        Process demo = demo("--bootstrap", "127.0.0.1:" + Broker.freePort());

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(2);
        assertThat(output(demo)).contains("Connecting to 127.0.0.1:", "Could not run: ");
    }

    /** Adds an entry that takes one datagram from the sum, as soon as the first machine has its maps. */
    private void takeOneDatagram(Process demo) throws Exception {
        Path pin = Path.of("/sys/fs/bpf").resolve(firstRun(demo).getFileName()).resolve("machine-1/tenant");
        Inet4Address source = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        try (TenantMap.Owned tenants = FleetBpf.TENANT_MAP.openPinned(pin, MapAccess.READ_WRITE)) {
            Objects.requireNonNull(tenants.get(MachineProcess.FIRST_PORT))
                    .put(new Flow(new FlowKey(source, source, 1, 1), -1, 0));
        }
    }

    /** Waits until the first machine has its maps. Returns the directory of the logs. */
    private Path firstRun(Process demo) throws Exception {
        Optional<Path> run = Optional.empty();
        while (run.isEmpty()) {
            assertThat(demo.isAlive()).isTrue();
            Thread.sleep(10);
            try (Stream<Path> files = Files.list(directory)) {
                run = files.filter(file -> Files.exists(file.resolve("machine-1" + Machine.COUNTS)))
                        .findFirst();
            }
        }
        return run.orElseThrow();
    }

    /** The page must not show an old total as if it were new. */
    private void anUnreadableMessageStopsTheTotals(Broker broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("hostile", "junk".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
        int port = Broker.freePort();
        Child totals = TotalsProcess.start(directory, broker.bootstrap(), "hostile", port);
        try {
            String shown = "";
            while (!shown.contains("The totals have stopped")) {
                totals.check();
                shown = get(port);
                Thread.sleep(50);
            }
            assertThat(shown)
                    .contains("a message of topic hostile can't be read")
                    .contains("does not begin with NMP");
        } finally {
            totals.kill();
        }
    }

    private static String get(int port) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/totals"))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // it is starting
        }
    }
}
