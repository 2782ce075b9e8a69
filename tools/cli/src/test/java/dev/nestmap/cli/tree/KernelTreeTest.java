/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.cli.CommandRun;
import dev.nestmap.cli.Main;
import dev.nestmap.cli.NestFixture;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.value.DecodedMapView;
import dev.nestmap.cli.value.OuterSlot;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tree shows all nested maps with the names of their fields. */
@KernelTest
class KernelTreeTest {
    @Test
    void showsKeysInnerMapsAndEntriesWithTheNamesOfTheirFields() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            nest.addTenants(7, 1, 1);
            nest.put("spill", NestFixture.flow(2, 1_234_567));
            nest.share("spill", 8);
            nest.share("spill", 9);

            CommandRun run = CommandRun.of("tree", nest.id("flows_of_each_tenant"));

            assertThat(run.err(ExitCode.OK)).isEmpty();
            assertThat(run.out().replaceAll("id [0-9]+", "id N")).isEqualTo("""
                    flows_of_each_tenant  HASH_OF_MAPS id N, 3 of 20,000
                    ├─ 7  HASH by_hand id N, 1 of 4,096
                    │  └─ saddr=10.0.0.1 daddr=127.0.0.1 sport=40001 dport=443 protocol=udp → mark=0 verdict=VERDICT_PASS packets=1 bytes=100 last_seen_ns=0 ifname="eth1" mac=02:03:04:05:06:07 low=0 high=0
                    ├─ 8  HASH spill id N, 1 of 4,096, shared with 9
                    │  └─ saddr=10.0.0.2 daddr=127.0.0.1 sport=40002 dport=443 protocol=tcp → mark=0 verdict=VERDICT_DROP packets=1,234,567 bytes=123,456,700 last_seen_ns=0 ifname="eth2" mac=02:03:04:05:06:07 low=0 high=0
                    └─ 9  the same map as flows_of_each_tenant 8, id N
                    """);
        }
    }

    @Test
    void limits() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            nest.addTenants(7, 3, 5);
            String id = nest.id("flows_of_each_tenant");

            assertThat(CommandRun.of("tree", id, "--limit", "2").out())
                    .contains("… 3 more entries", "… 1 more inner map (--limit 0 shows all)");
            assertThat(CommandRun.of("tree", id, "--fill")
                            .out()
                            .lines()
                            .skip(1)
                            .map(line -> line.replaceAll("id [0-9]+", "id N")))
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line).matches("[├└]─ [789]  HASH \\w+ id N, 5 of [0-9,]+"));
            assertThat(CommandRun.of("tree", id, "--fill", "--limit", "2").out().lines())
                    .hasSize(4)
                    .last()
                    .isEqualTo("└─ … 1 more inner map (--limit 0 shows all)");
            assertThat(CommandRun.of("tree", id, "--fill", "--json").out())
                    .contains("\"entries\":[],\"count\":5,\"shown\":0");
            assertThat(CommandRun.of("tree", id, "--json", "--limit", "2").out())
                    .containsPattern("(?s)^(.*\"count\":5,\"shown\":2){2}[^:]*\"count\":3,\"shown\":2");
        }
    }

    /** Counters are added, of moments the latest is shown, and names stay if they are the same. */
    @Test
    void addsTheValuesOfAllCpus() throws IOException {
        StructType value = struct("v", "__u64 packets; __u64 last_seen_ns; __u32 sizes[2]; __u32 pid;");
        MapDef map = plain("per_cpu", MapKind.PERCPU_HASH, 16, Scalar.U32, value);
        try (RawMap raw = new KernelMapFactory().of(map).create(MapShape.of(map), null);
                UntypedMap.Owned opened = Objects.requireNonNull(UntypedMap.open(raw.id()))) {
            String id = Integer.toString(raw.id());
            assumeThat(opened.valuesPerEntry()).isGreaterThan(1);
            int stride = (opened.valueSize() + 7) / 8 * 8;
            for (int key = 9; key >= 1; key--) {
                ByteBuffer values =
                        ByteBuffer.allocate(stride * opened.valuesPerEntry()).order(ByteOrder.nativeOrder());
                values.putLong(0, 40).putLong(8, 1).putInt(16, 3).putInt(24, 7);
                values.putLong(stride, key).putLong(stride + 8, 2).putInt(stride + 20, 4);
                values.putInt(stride + 24, 8);
                opened.put(new UntypedMap.Entry(u32(key), ByteString.of(values.array())));
            }

            String out = CommandRun.of("tree", id).out();
            assertThat(out.lines().skip(1).map(line -> line.replaceAll("last_seen_ns=.* ago", "last_seen_ns=N ago")))
                    .hasSize(9)
                    .startsWith(
                            "├─ 1 → packets=41 last_seen_ns=N ago sizes=[3, 4] pid=7 | 8",
                            "├─ 2 → packets=42 last_seen_ns=N ago sizes=[3, 4] pid=7 | 8");
        }
    }

    @Test
    void writesJsonForScripts() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            nest.addTenants(7, 1, 1);

            assertThat(CommandRun.of("tree", nest.id("flows_of_each_tenant"), "--json")
                            .out())
                    .contains("\"name\":\"flows_of_each_tenant\",\"type\":\"HASH_OF_MAPS\"")
                    .contains(
                            "\"key\":{\"saddr\":\"10.0.0.1\",\"daddr\":\"127.0.0.1\",\"sport\":40001,\"dport\":443,\"protocol\":17")
                    .contains("\"verdict\":\"VERDICT_PASS\",\"packets\":1,\"bytes\":100")
                    .contains("\"count\":1,\"shown\":1")
                    .startsWith("[{")
                    .endsWith("}]\n");
        }
    }

    /** A terminal shows the first 64 bytes. Scripts need all bytes. */
    @Test
    void writesAllBytesAsJson() {
        Shown shown = shown(Scalar.U32, struct("v", "__u8 packet[100];"), "01000000", "ab".repeat(100));

        assertThat(shown.text())
                .contains("packet=" + "ab".repeat(64) + "… (100 bytes)")
                .doesNotContain("ab".repeat(65));
        assertThat(shown.json()).contains("\"value\":{\"packet\":\"" + "ab".repeat(100) + "\"}");
    }

    @Test
    void writesJsonIfTheSlotsCanNotBeRead() throws IOException {
        try (NestFixture nest = NestFixture.load();
                WatchedThread thread = new WatchedThread()) {
            nest.addTenants(7, 1, 1);
            String id = nest.id("flows_of_each_tenant");
            List<CommandRun> runs = new ArrayList<>();

            thread.run(call -> call == SystemCall.MAP_LOOKUP_BATCH ? Errno.ENOMEM : null, () -> {
                runs.add(CommandRun.of("tree", id, "--json"));
                runs.add(CommandRun.of("tree", nest.id("spill")));
            });

            assertThat(runs.get(1).out(ExitCode.FAILED)).contains("ENOMEM (12)");
            assertThat(runs.get(0).out(ExitCode.FAILED))
                    .startsWith("[{")
                    .contains("\"error\":\"", "ENOMEM (12)")
                    .doesNotContain("\"slots\"")
                    .endsWith("\"}]\n");
        }
    }

    @Test
    void showsArraysUnionsAndTheValuesOfEachCpu() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            ByteBuffer host = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
            host.put(0, new byte[] {10, 0, 0, 1}).putInt(16, 12).put(32, (byte) 2);
            nest.put("hosts", new UntypedMap.Entry(u32(5), ByteString.of(host.array())));
            try (UntypedMap.Owned hits = nest.open("hits_per_cpu")) {
                ByteBuffer values =
                        ByteBuffer.allocate(8 * hits.valuesPerEntry()).order(ByteOrder.nativeOrder());
                values.putLong(0, 41);
                hits.put(new UntypedMap.Entry(ByteString.ofHex("bb01000000000000"), ByteString.of(values.array())));
            }

            assertThat(CommandRun.of("tree", nest.id("hosts")).out())
                    .contains("64, 63 of them zero")
                    .contains("└─ 5 → addr.ipv4=10.0.0.1 hits=[12, 0, 0, 0] family=2");
            assertThat(CommandRun.of("tree", nest.id("hits_per_cpu")).out()).contains("└─ 443 → 41\n");
        }
    }

    @Test
    void textsInMapsCannotControlTheTerminal() {
        assertThat(shown(Scalar.U32, struct("v", "char name[8];"), "01000000", "1b5b324a0d0a0000")
                        .text())
                .contains("└─ 1 → name=\"\\x1b[2J\\r\\n\"");
    }

    /** Scripts and saved files: two keys stay two, and a value is what it was. */
    @Test
    void textsThatAreNoTextsAreBytesInJson() {
        Shown shown = shown(
                Scalar.U32,
                struct("v", "char name[4];"),
                "01000000 02000000 03000000 04000000".split(" "),
                "61620000 61ff0000 61006200 61626364".split(" "));

        assertThat(shown.json())
                .contains("\"key\":1,\"value\":{\"name\":\"ab\"}")
                .contains("\"key\":2,\"value\":{\"name\":{\"(bytes)\":\"61ff0000\"}}")
                .contains("\"key\":3,\"value\":{\"name\":{\"(bytes)\":\"61006200\"}}")
                .contains("\"key\":4,\"value\":{\"name\":\"abcd\"}");
    }

    /** For people, {@code __u8 name[]} is a text, if it looks like one. */
    @Test
    void bytesAreHexadecimalInJsonWhateverTheirNameIs() {
        Shown shown = shown(
                struct("k", "__u8 name[4];"),
                Scalar.U32,
                "fffe6100 fdfc6100 61626300".split(" "),
                "07000000 05000000 03000000".split(" "));

        assertThat(shown.json())
                .contains("{\"key\":{\"name\":\"fffe6100\"},\"value\":7}")
                .contains("{\"key\":{\"name\":\"fdfc6100\"},\"value\":5}")
                .contains("{\"key\":{\"name\":\"61626300\"},\"value\":3}");
        assertThat(shown.text()).contains("name=\"abc\" → 3");
    }

    /** What the command prints of a map. */
    private record Shown(String text, String json) {}

    private static Shown shown(CType key, CType value, String hexKey, String hexValue) {
        return shown(key, value, new String[] {hexKey}, new String[] {hexValue});
    }

    /** Shows a hash with these entries in hexadecimal. */
    private static Shown shown(CType key, CType value, String[] keys, String[] values) {
        MapDef map = plain("shown", MapKind.HASH, keys.length, key, value);
        try (RawMap raw = new KernelMapFactory().of(map).create(MapShape.of(map), null);
                UntypedMap.Owned opened = Objects.requireNonNull(UntypedMap.open(raw.id()))) {
            for (int i = 0; i < keys.length; i++) {
                opened.put(new UntypedMap.Entry(ByteString.ofHex(keys[i]), ByteString.ofHex(values[i])));
            }
            String id = Integer.toString(raw.id());
            return new Shown(
                    CommandRun.of("tree", id).out(),
                    CommandRun.of("tree", id, "--json").out());
        }
    }

    @Test
    void readsInnerMapsThatVanishMeanwhile() throws Exception {
        try (NestFixture nest = NestFixture.load()) {
            nest.addTenants(1, 200, 1);
            AtomicBoolean ended = new AtomicBoolean();
            Thread changes = new Thread(() -> {
                while (!ended.get()) {
                    nest.addTenants(1, 200, 1); // replaces each inner map, so that its id is gone
                }
            });
            changes.start();
            try {
                for (int i = 0; i < 5; i++) {
                    assertThat(CommandRun.of("tree", nest.id("flows_of_each_tenant"), "--limit", "0")
                                    .out(ExitCode.OK))
                            .contains("200 of 20,000", "├─ 1 ", "└─ 200 ");
                }
            } finally {
                ended.set(true);
                changes.join();
            }
        }
    }

    @Test
    void aMapThatWasReplacedIsReadInItsNewSlot() throws IOException {
        try (NestFixture nest = NestFixture.load();
                UntypedMap.Owned outer = nest.open("flows_of_each_tenant")) {
            nest.share("spill", 7);
            OuterSlot listed = OuterSlot.of(new DecodedMapView(outer)).get(0);
            OuterSlot stale = new OuterSlot(listed.key(), Integer.MAX_VALUE - 1);
            try (UntypedMap.Owned inner = stale.openIn(outer)) {
                assertThat(Objects.requireNonNull(inner).id()).isEqualTo(listed.id());
            }
            RawSlots.remove(outer.id(), listed.key().bytes().toBytes());
            assertThat(stale.openIn(outer)).isNull();
        }
    }

    @Test
    void manyMapsOfOneNameAreLimited() {
        String name = "limited_" + ProcessHandle.current().pid() % 1_000_000;
        List<RawMap> maps = IntStream.range(0, 3)
                .mapToObj(i -> new KernelMapFactory().create(new MapShape(name, MapKind.ARRAY, 4, 4, 1, 0), null))
                .toList();
        try {
            CommandRun some = CommandRun.of("tree", name, "--limit", "2");
            assertThat(some.out().lines().filter(line -> line.startsWith(name))).hasSize(2);
            assertThat(some.err())
                    .isEqualTo("nestmap: only 2 of 3 maps of " + name
                            + " are shown: name those that you want to see, or use --limit 0\n");
            CommandRun all = CommandRun.of("tree", name, "--limit", "0");
            assertThat(all.out().lines().filter(line -> line.startsWith(name))).hasSize(3);
            assertThat(all.err()).isEmpty();
        } finally {
            maps.forEach(RawMap::close);
        }
    }

    @Test
    void mapsWithoutEntriesToListSayWhy() {
        assertThat(tree(new MapShape("ring", MapKind.RINGBUF, 0, 0, 65536, 0)))
                .contains(
                        "at most 65,536 bytes\n└─ reading of ring: the events of a RINGBUF can be read only by its own reader\n");
        assertThat(tree(new MapShape("queue", MapKind.QUEUE, 0, 4, 1, 0)))
                .contains(
                        "└─ reading of queue: a reader takes the entries out of a QUEUE, so the command reads none\n");
        assertThat(tree(new MapShape("bloom", MapKind.BLOOM_FILTER, 0, 4, 1, 0)))
                .contains("└─ iteration of map bloom: ");
        assertThat(tree(new MapShape("sockets", MapKind.SOCKMAP, 4, 4, 1, 0)))
                .contains("the kernel shows what a SOCKMAP holds only if its values have 8 bytes");
    }

    private static String tree(MapShape shape) {
        RawMap raw = new KernelMapFactory().create(shape, null);
        CommandRun tree = CommandRun.of("tree", Integer.toString(raw.id()));
        CommandRun json = CommandRun.of("tree", Integer.toString(raw.id()), "--json");
        raw.close();
        assertThat(tree.exitCode()).isZero();
        assertThat(json.out(ExitCode.OK)).contains("\"error\":");
        return tree.out();
    }

    @Test
    void showsTheBytesOfEachCpuWithoutBtf() {
        try (RawMap raw = new KernelMapFactory().create(new MapShape("bare", MapKind.PERCPU_HASH, 4, 4, 8, 0), null);
                UntypedMap.Owned map = Objects.requireNonNull(UntypedMap.open(raw.id()))) {
            String id = Integer.toString(raw.id());
            byte[] values = new byte[8 * map.valuesPerEntry()];
            values[0] = 7;
            map.put(new UntypedMap.Entry(u32(1), ByteString.of(values)));
            String zeros = ",{\"(bytes)\":\"00000000\"}".repeat(map.valuesPerEntry() - 1);

            assertThat(CommandRun.of("tree", id).out()).endsWith("└─ 01000000 (1) → 7\n");
            assertThat(CommandRun.of("tree", id, "--json").out())
                    .contains("{\"key\":{\"(bytes)\":\"01000000\"},\"values\":[{\"(bytes)\":\"07000000\"}" + zeros
                            + "]}");
        }
    }

    /** The process has a heap of 64 MB, which 100,000 rows do not fit into. */
    @Test
    @Tag("long")
    void printsMoreEntriesThanFitIntoMemory() throws IOException {
        try (RawMap raw = new KernelMapFactory().create(new MapShape("large", MapKind.HASH, 4, 200, 200_000, 1), null);
                UntypedMap.Owned map = Objects.requireNonNull(UntypedMap.open(raw.id()))) {
            byte[] value = new byte[200];
            Arrays.fill(value, (byte) 1);
            map.putAll(IntStream.range(0, 100_000)
                    .mapToObj(i -> new UntypedMap.Entry(u32(i), ByteString.of(value)))
                    .toList());

            String out = new ChildVm().run(Main.class, "tree", Integer.toString(raw.id()), "--limit", "0");

            assertThat(out.lines().filter(line -> line.matches("├─ .*"))).hasSize(99_999);
            assertThat(out.lines().filter(line -> line.matches("└─ .*"))).hasSize(1);
            assertThat(out).startsWith("large  HASH id " + raw.id() + " NO_PREALLOC, 100,000 of 200,000\n");
        }
    }

    @Test
    void saysWhatToDoIfThereIsNoSuchMap() {
        CommandRun run = CommandRun.of("tree", "no_such_map");

        assertThat(run.out(ExitCode.FAILED)).isEmpty();
        assertThat(run.err())
                .isEqualTo(
                        "nestmap: the running kernel has no map called no_such_map; `nestmap tree` lists all nested maps,"
                                + " and a path such as ./no_such_map names a pin\n");
        RawMap map = new KernelMapFactory().create(new MapShape("nearly_missing", MapKind.ARRAY, 4, 4, 1, 0), null);
        assertThat(CommandRun.of("tree", "nearly_mising").err())
                .contains("has no map called nearly_mising (did you mean nearly_missing?)");
        map.close();
        assertThat(CommandRun.of("tree", "4294967295").err()).contains("there is no map with id 4294967295");
        assertThat(CommandRun.of("tree", "/sys/fs/bpf/no/such/pin").err()).contains("nothing is pinned at");
    }

    @Test
    void coloursAreForTerminalsOnly() throws IOException {
        try (NestFixture nest = NestFixture.load()) {
            assertThat(CommandRun.of("tree", nest.id("spill")).out()).doesNotContain("\033");
            assertThat(CommandRun.onTerminal("tree", nest.id("spill")).out()).contains("\033[1mspill\033[0m");
        }
    }

    private static ByteString u32(int number) {
        return ByteString.of(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(number)
                .array());
    }
}
