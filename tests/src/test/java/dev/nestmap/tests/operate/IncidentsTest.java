/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.FlowMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No count is lost in five incidents, each with the commands that docs/production/checklist.md tells an operator. The ledger has the counts
 * by the identities of their maps, from the service and from files. It must equal the packets that were sent.
 */
@KernelTest
@Tag("jdk-independent")
class IncidentsTest extends PinningTest {
    private static final Pattern IDENTITY = Pattern.compile("^\\{\"identity\":\"([^\"]+)\"");
    private static final Pattern PACKETS = Pattern.compile("\"packets\":([0-9]+)");

    private final Map<String, Long> ledger = new HashMap<>();
    private long sent;

    @TempDir
    private Path directory;

    @Test
    void theServiceWasDeadForAnHour() throws Throwable {
        NetworkNamespace.run(() -> {
            start();
            send(20); // nobody drains
            assertThat(Command.run("pins", fs.path("acme")).out())
                    .contains("owner: none; last drain ", "a reboot loses 2 entries in slots");
            try (PinnedBpf bpf = load()) {
                bpf.customer().drainAll(this::store);
            }
            assertThat(total()).isEqualTo(sent);
            Command.run("pins", fs.path("acme")).succeeded(); // nothing waits
        });
    }

    @Test
    void theJarIsBroken() throws Throwable {
        NetworkNamespace.run(() -> {
            Path file = directory.resolve("counts.jsonl");
            start();
            try (PinnedBpf bpf = load()) { // ends before it has stored the map
                Objects.requireNonNull(bpf.customer().rotate(42)).close();
            }
            send(20);
            Command.run("pins", fs.path("acme")).failed(1);
            Command.run("drain", fs.path("acme/customer"), "-o", file).succeeded();
            send(5); // while the jar is repaired
            read(file);
            try (PinnedBpf bpf = load()) {
                bpf.customer().drainAll(this::store);
            }
            assertThat(total()).isEqualTo(sent);
        });
    }

    @Test
    void theDiskIsFull() throws Throwable {
        NetworkNamespace.run(() -> {
            Path full = Files.createDirectory(directory.resolve("full"));
            Path file = directory.resolve("counts.jsonl");
            start();
            try (PinnedBpf bpf = load()) {
                for (long key = 1; key <= 4; key++) {
                    bpf.customer()
                            .create(key)
                            .putAll(LongStream.range(0, 50)
                                    .mapToObj(port -> new Flow(port, 1, 2))
                                    .toList());
                    sent += 50;
                }
            }
            send(20);
            run("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", full.toString());
            try {
                assertThat(Command.run("drain", fs.path("acme/customer"), "-o", full.resolve("counts.jsonl"))
                                .failed(3))
                        .contains("can't be written", "Maps that are not in it wait");
                read(full.resolve("counts.jsonl"));
            } finally {
                run("umount", full.toString());
            }
            Command.run("pins", fs.path("acme")).failed(1);
            Command.run("drain", fs.path("acme/customer"), "-o", file).succeeded();
            read(file); // the lines of the first file come again, with the same identities
            assertThat(total()).isEqualTo(sent);
            Command.run("pins", fs.path("acme")).succeeded();
        });
    }

    @Test
    void theNodeMustRebootNow() throws Throwable {
        NetworkNamespace.run(() -> {
            Path file = directory.resolve("counts.jsonl");
            start();
            send(20);
            Command.run("end", fs.path("acme"), "-o", file, "--yes").succeeded();
            read(file);
            assertThat(total()).isEqualTo(sent);
            assertThat(Command.run("pins", fs.path("acme")).succeeded()).contains("nothing is pinned");
        });
    }

    @Test
    void theCountsOfATenantAreTooLow() throws Throwable {
        NetworkNamespace.run(() -> {
            Path file = directory.resolve("counts.jsonl");
            start();
            try (PinnedBpf bpf = load()) {
                FlowMap flows = Objects.requireNonNull(bpf.customer().get(42));
                for (long port = 1000; flows.count() < flows.maxEntries(); port++) {
                    flows.put(new Flow(port, 0, 0));
                }
            }
            assertThat(Command.run("tree", fs.path("acme/customer")).succeeded())
                    .contains("64 of 64");
            Command.run("drain", fs.path("acme/customer"), "-o", file).succeeded();
            assertThat(Files.readString(file)).contains("\"exact\":false,\"doubts\":[\"FULL\"]");
        });
    }

    private PinnedBpf load() {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
    }

    /** Starts a service, which counts ten packets and ends. Its program counts on. */
    private void start() throws Exception {
        try (PinnedBpf bpf = load()) {
            bpf.customer().createAll(List.of(42L, 43L));
            Objects.requireNonNull(bpf.customer().get(43)).put(new Flow(1, 3, 0));
            sent += 3;
            bpf.program("count").attach(Xdp.on("lo"), LinkPin.at(fs.path("acme/link")));
            send(10);
            bpf.customer().drain(42, this::store);
        }
    }

    private void send(int packets) throws Exception {
        try (DatagramSocket receiver =
                        new DatagramSocket(0, InetAddress.getLoopbackAddress()); // otherwise there are answers
                DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < packets; i++) {
                socket.send(
                        new DatagramPacket(new byte[8], 8, InetAddress.getLoopbackAddress(), receiver.getLocalPort()));
            }
        }
        sent += packets;
    }

    /** Stores a map as a service does: once for each identity. */
    private void store(Displaced<Long, FlowMap> displaced) {
        long[] packets = new long[1];
        displaced.map().forEach(flow -> packets[0] += flow.packets());
        ledger.putIfAbsent(displaced.identity().text(), packets[0]);
    }

    /** Stores the complete lines of a file in the same way. */
    private void read(Path file) throws IOException {
        String content = Files.readString(file);
        content.substring(0, content.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.contains("\"holds\":\"counts\""))
                .forEach(line -> {
                    String identity = IDENTITY.matcher(line)
                            .results()
                            .findFirst()
                            .orElseThrow()
                            .group(1);
                    ledger.putIfAbsent(
                            identity,
                            PACKETS.matcher(line)
                                    .results()
                                    .map(MatchResult::group)
                                    .mapToLong(field -> Long.parseLong(field.substring(field.indexOf(':') + 1)))
                                    .sum());
                });
    }

    private long total() {
        return ledger.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
