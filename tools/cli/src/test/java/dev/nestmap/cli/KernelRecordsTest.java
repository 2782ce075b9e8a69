/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands read maps as records declare them. */
@KernelTest
class KernelRecordsTest {
    /** What the annotation processor writes for records: other names, and an address where BTF has a number. */
    private static final String SCHEMA = """
            nestmap-schema 1
            from com.acme.Flows
            header flows.bpf.h

            struct endpoint: size 16, alignment 4
              field client: __be32, offset 0, size 4, unsigned, big-endian
              field server: __be32, offset 4, size 4, unsigned, big-endian
              field client_port: __be16, offset 8, size 2, unsigned, big-endian
              field server_port: __be16, offset 10, size 2, unsigned, big-endian
              field protocol: __u8, offset 12, size 1, unsigned
              pad _pad0: offset 13, size 3

            struct traffic: size 56, alignment 8
              field total: __u64[7], offset 0, size 56, unsigned

            map traffic_map: inner, BPF_MAP_TYPE_HASH
              max_entries: 4096
              map_flags: 0x0
              key: struct endpoint
              value: struct traffic

            map flows_of_each_tenant: outer, BPF_MAP_TYPE_HASH_OF_MAPS
              max_entries: 20000
              map_flags: 0x0
              key: __be32
              inner: traffic_map
            """;

    @TempDir
    private Path directory;

    @Test
    void treeReadsEntriesAsRecordsDeclareThem() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            nest.put("spill", NestFixture.flow(1, 9));
            nest.share("spill", 0x0100007f);
            Path classes = Files.createDirectories(directory.resolve("classes/META-INF/bpf"));
            Files.writeString(classes.resolve("flows.schema"), SCHEMA);
            String id = nest.id("flows_of_each_tenant");
            String path = directory.resolve("classes").toString();

            CommandRun run = CommandRun.of("tree", id, "--records", "com.acme.Flows", "--class-path", path);
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .contains("└─ 127.0.0.1  HASH spill", "client=10.0.0.1 server=127.0.0.1 client_port=40001")
                    .contains("total=[")
                    .doesNotContain("saddr");

            assertThat(CommandRun.of("tree", id, "--json", "--records", "com.acme.Flows", "--class-path", path)
                            .out())
                    .contains("\"key\":{\"client\":\"10.0.0.1\"");

            assertThat(CommandRun.of("tree", nest.id("hosts"), "--records", classes + "/flows.schema")
                            .err(ExitCode.FAILED))
                    .contains("declare none of these maps, only: traffic_map, flows_of_each_tenant");

            Files.writeString(classes.resolve("flows.schema"), SCHEMA.replace("key: __be32", "key: __u64"));
            assertThat(CommandRun.of("tree", id, "--records", classes + "/flows.schema")
                            .err(ExitCode.FAILED))
                    .contains("do not fit: the schema declares a key of 8 bytes (__u64) for ", " has 4 bytes");
        }
    }

    @Test
    void treeReadsTimesAsRecordsDo() throws IOException {
        String text = SCHEMA.replace("  field total: __u64[7], offset 0, size 56, unsigned\n", """
                  field packets: __u64, offset 0, size 8, unsigned
                  field age: __u64, offset 8, size 8, unsigned
                  field seen: __u64, offset 16, size 8, unsigned
                  field waits: __u32[2], offset 24, size 8, unsigned
                  pad _pad0: offset 32, size 24
                """) + """

                reading struct traffic age: Duration, 1000 per second
                reading struct traffic seen: Instant, 1 per second
                reading struct traffic waits: Duration, 1000000 per second
                """;
        Path schema = Files.writeString(directory.resolve("flows.schema"), text);
        try (NestFixture nest = NestFixture.load()) {
            nest.put("spill", flow());
            nest.share("spill", 1);
            String[] tree = {"tree", nest.id("flows_of_each_tenant"), "--records", schema.toString()};

            CommandRun run = CommandRun.of(tree);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).contains("packets=7 age=1 min 30 s seen=2026-11-21T15:00:00Z waits=[1.5 s, 250 µs]");

            String[] json = Arrays.copyOf(tree, tree.length + 1);
            json[tree.length] = "--json";
            assertThat(CommandRun.of(json).out())
                    .contains("\"packets\":7,\"age\":\"PT1M30S\",\"seen\":\"2026-11-21T15:00:00Z\","
                            + "\"waits\":[\"PT1.5S\",\"PT0.00025S\"]");
        }
    }

    /** An entry with times. */
    private static UntypedMap.Entry flow() {
        ByteBuffer value = ByteBuffer.allocate(56).order(ByteOrder.nativeOrder());
        value.putLong(7).putLong(90_000);
        value.putLong(Instant.parse("2026-11-21T15:00:00Z").getEpochSecond());
        value.putInt(1_500_000).putInt(250);
        return new UntypedMap.Entry(NestFixture.flow(1, 1).key(), ByteString.of(value.array()));
    }
}
