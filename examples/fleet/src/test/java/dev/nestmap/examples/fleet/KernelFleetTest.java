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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
                .contains("Machine 2 gets the next version");
    }

    @Test
    void exitsWithOneIfADatagramIsDoubled() throws Exception {
        Process demo = demo("--machines", "1", "--minutes", "0.03", "--kills", "0");
        try {
            doubleOneDatagram(demo);
        } catch (Throwable e) { // also an assertion error
            demo.destroyForcibly();
            throw e;
        }
        String output = output(demo);

        assertThat(demo.waitFor()).as(output).isEqualTo(1);
        assertThat(output).contains("difference      -1: NOT EQUAL");
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

    /** Adds an entry with a datagram that nobody has sent, as soon as the first machine has its maps. */
    private void doubleOneDatagram(Process demo) throws Exception {
        Path pin = Path.of("/sys/fs/bpf").resolve(firstRun(demo).getFileName()).resolve("machine-1/tenant");
        Inet4Address source = (Inet4Address) InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        try (TenantMap.Owned tenants = FleetBpf.TENANT_MAP.openPinned(pin, MapAccess.READ_WRITE)) {
            Objects.requireNonNull(tenants.get(MachineProcess.FIRST_PORT))
                    .put(new Flow(new FlowKey(source, source, 1, 1), 1, 0));
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
}
