/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.operate.Pinned.Flow;
import dev.nestmap.cli.operate.PinnedBpf.FlowMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LoopbackSocket;
import dev.nestmap.runtime.testing.Mount;
import dev.nestmap.runtime.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * No count is lost in three incidents, each with the commands that docs/production/checklist.md tells an operator. The ledger has the counts
 * by the identities of their maps, from the service and from files. It must equal the packets that were sent.
 */
@KernelTest
@ExtendWith(NetworkNamespace.class)
class IncidentsTest extends CommandTest {
    private static final Pattern IDENTITY = Pattern.compile("^\\{\"identity\":\"([^\"]+)\"");
    private static final Pattern PACKETS = Pattern.compile("\"packets\":([0-9]+)");

    private final Map<String, Long> ledger = new HashMap<>();
    private long sent;

    @Test
    void theJarIsBroken() throws Exception {
        start();
        try (PinnedBpf bpf = load()) { // ends before it has stored the map
            Objects.requireNonNull(bpf.customer().rotate(42)).close();
        }
        send(20);
        CommandRun.of("pins", fs.path("acme")).err(1);
        drain(fs.path("acme/customer")).out(0);
        send(5); // while the jar is repaired
        read(file);
        try (PinnedBpf bpf = load()) {
            bpf.customer().drainAll(this::store);
        }
        assertThat(total()).isEqualTo(sent);
    }

    @Test
    void theDiskIsFull() throws Exception {
        Path full = Files.createDirectory(directory.resolve("full"));
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
        try (Mount disk = Mount.disk(full, "8k")) {
            assertThat(CommandRun.of(
                                    "drain",
                                    fs.path("acme/customer"),
                                    "-o",
                                    disk.directory().resolve("counts.jsonl"))
                            .err(3))
                    .contains("can't be written", "Maps that are not in it wait");
            read(disk.directory().resolve("counts.jsonl"));
        }
        CommandRun.of("pins", fs.path("acme")).err(1);
        drain(fs.path("acme/customer")).out(0);
        read(file); // the lines of the first file come again, with the same identities
        assertThat(total()).isEqualTo(sent);
        CommandRun.of("pins", fs.path("acme")).out(0);
    }

    @Test
    void theCountsOfATenantAreTooLow() throws Exception {
        start();
        try (PinnedBpf bpf = load()) {
            FlowMap flows = Objects.requireNonNull(bpf.customer().get(42));
            for (long port = 1000; flows.count() < flows.maxEntries(); port++) {
                flows.put(new Flow(port, 0, 0));
            }
        }
        assertThat(CommandRun.of("tree", fs.path("acme/customer")).out(0)).contains("64 of 64");
        drain(fs.path("acme/customer")).out(0);
        assertThat(Files.readString(file)).contains("\"exact\":false,\"doubts\":[\"FULL\"]");
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

    private void send(int packets) {
        LoopbackSocket.exchange(packets);
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
}
