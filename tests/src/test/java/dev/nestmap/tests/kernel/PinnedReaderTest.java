/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.DrainedMap.discardDisplaced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nestmap.examples.tenantflows.TenantFlows.Flow;
import dev.nestmap.examples.tenantflows.TenantFlows.FlowKey;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.FlowMap;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.TenantMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.NestedKey;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.Await;
import dev.nestmap.runtime.testing.BusyThreads;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.tests.demand.Demand;
import dev.nestmap.tests.demand.DemandBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process without privileges reads by a pinned reader, and can't write. */
@KernelTest
@Timeout(300) // in an emulated machine
class PinnedReaderTest extends PinningTest {
    private static final int MANY = 3_000;

    /** A reader can only read, whatever it writes to the buffer, and whatever it does with its descriptors. */
    @Test
    void aProcessWithoutCapabilitiesReadsAndCanNotWrite() throws IOException {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            bpf.tenant().create(1).putAll(flows(1, 3));
            bpf.tenant().create(2).putAll(flows(2, MANY)); // more than the buffer of an unpinned reader holds
            bpf.tenant().create(3);
            bpf.tenant().createAll(LongStream.range(4, 24).boxed().toList());
            bpf.tenant().expert().pinReader(Path.of("readers/dashboard"), pins.withPermissions("rw-r--r--"));

            Map<NestedKey<Long, FlowKey>, Flow> before = entries(bpf.tenant());
            writableDirectories();

            String output = run(Reader.class);

            assertThat(entries(bpf.tenant())).isEqualTo(before);
            bpf.tenant().create(99).put(flow(99, 0)); // no map is frozen
            assertThat(output)
                    .contains("user 65534", "capabilities 0000000000000000")
                    .contains("get: " + flow(1, 2) + " null null")
                    .contains("getAll: [" + flow(2, 7) + ", " + flow(1, 0) + "]")
                    .contains("view: true " + flow(1, 1).packets())
                    .contains("tenants: [1, 2, 3, 4,")
                    .contains("entries: " + (3 + MANY) + ", packets " + packets(1, 3) + " and " + packets(2, MANY))
                    .contains("opening of the reader", "another object of this process uses this reader")
                    .contains("opening for writing: EACCES", "update: EPERM", "deletion: EPERM")
                    .contains("attaching a raw tracepoint: EINVAL")
                    .contains("change of mode: refused", "removal of a pin: refused")
                    .contains("runs with hostile buffers: 1000")
                    .contains("longest run below 20 ms of CPU time: "
                            + (Boolean.getBoolean("kernel.emulated") ? "" : "true"))
                    .contains("pinned again in sticky: 6 of 6", "pinned again in group: 6 of 6")
                    .contains("pinned again in own: 6 of 6");

            Path reader = fs.path("readers/dashboard");
            assertBpfException(() -> TenantFlowsBpf.TENANT_MAP.openPinned(reader, MapAccess.READ_ONLY))
                    .as("the buffer is frozen")
                    .hasErrno(Errno.EPERM);
            bpf.tenant().expert().pinReader(Path.of("readers/dashboard"), pins.withPermissions("rw-r--r--"));
            try (TenantMap.Owned tenants = TenantFlowsBpf.TENANT_MAP.openPinned(reader, MapAccess.READ_ONLY)) {
                assertThat(tenants.get(99, key(0))).as("through a new buffer").isEqualTo(flow(99, 0));
            }
        }
    }

    /** Directories of the BPF file system in which user 65534 may create files, of every kind. */
    private void writableDirectories() throws IOException {
        Files.setPosixFilePermissions(fs.path(""), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path sticky = Files.createDirectory(fs.path("sticky"));
        Files.setAttribute(sticky, "unix:mode", 01777);
        Path group = Files.createDirectory(fs.path("group"));
        Files.setAttribute(group, "unix:gid", 65534);
        Files.setPosixFilePermissions(group, PosixFilePermissions.fromString("rwxrwx---"));
        Path own = Files.createDirectory(fs.path("own"));
        Files.setAttribute(own, "unix:uid", 65534);
    }

    /** The kernel protects only frozen maps from users who may read a pin. The documents say so. */
    @Test
    void readPermissionForAPlainMapIsWritePermissionUnlessTheMapIsFrozen() throws IOException {
        MapShape counts = new MapShape("counts", MapKind.ARRAY, 4, 8, 1, 0);
        List<RawMap> maps = List.of(
                new KernelMapFactory().create(counts, null),
                new KernelMapFactory().create(counts.withFlags(MapFlags.RDONLY), null),
                new KernelMapFactory().create(counts, null));
        try {
            for (int i = 0; i < maps.size(); i++) {
                new KernelPins().pin(maps.get(i), fs.path("map" + i), pins.withPermissions("rw-r--r--"));
            }
            assertThat(ReaderAttack.freeze(KernelMap.of(maps.get(2)).fd())).isTrue();
            writableDirectories();

            new ChildVm().asNobody("").run(PinsAgain.class, fs.path(""));

            assertThat(maps).extracting(PinnedReaderTest::isWritten).containsExactly(true, true, false);
        } finally {
            maps.forEach(RawMap::close);
        }
    }

    private static boolean isWritten(RawMap map) {
        OffHeapBlock entry = OffHeapBlock.allocate(16);
        assertThat(map.lookup(entry, 0, 8)).isZero();
        return entry.bytes().getLong(8) != 0;
    }

    /** Main class of a process that pins maps which it may only read. */
    static final class PinsAgain {
        public static void main(String[] arguments) {
            Path root = Path.of(arguments[0]);
            for (int i = 0; i < 3; i++) {
                ReaderAttack.pinAgain(root.resolve("map" + i), root.resolve("sticky"));
            }
        }
    }

    @Test
    void readsBesideExactRotations() throws Exception {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            bpf.tenant().create(1).putAll(flows(1, 100));
            bpf.tenant().expert().pinReader(Path.of("dashboard"), pins.withPermissions("rw-r--r--"));
            try (TenantMap.Owned reader =
                    TenantFlowsBpf.TENANT_MAP.openPinned(fs.path("dashboard"), MapAccess.READ_ONLY)) {
                FutureTask<List<Integer>> readers = new FutureTask<>(() -> Await.inThreads(3, thread -> {
                    int round = 0;
                    for (; round < 60; round++) {
                        // An inner map is full until it is replaced by an empty one, which is then filled.
                        reader.forEachEntry(
                                (tenant, found) -> assertThat(found).isEqualTo(flow(1, found.packets() - 1)));
                        Flow found = reader.get(1, key(7));
                        assertThat(found).isIn(null, flow(1, 7));
                    }
                    return round;
                }));
                new Thread(readers).start();
                long drained = 0;
                int rotations = 0;
                while (!readers.isDone()) {
                    Displaced<Long, FlowMap> old =
                            Objects.requireNonNull(bpf.tenant().rotate(1));
                    drained += old.map().count();
                    rotations++;
                    old.acknowledge();
                    Objects.requireNonNull(bpf.tenant().get(1)).putAll(flows(1, 100));
                }
                readers.get();
                assertThat(drained).isEqualTo(100L * rotations);
                assertThat(entries(reader)).hasSize(100);
            }
        }
    }

    @Test
    void listsTheKeysOfLargeOuterMapsAndOfArrays() {
        try (DemandBpf bpf = DemandBpf.open(BpfObjects.of("demand")).pins(pins).load()) {
            Set<Long> all = LongStream.range(0, 5_000).boxed().collect(Collectors.toSet());
            bpf.tenant().createAll(all);
            bpf.tenant().expert().pinReader(Path.of("tenants"), pins);
            bpf.lane().createAll(List.of(3L, 7L));
            bpf.lane().expert().pinReader(Path.of("lanes"), pins);

            try (DemandBpf.TenantMap.Owned tenants =
                            DemandBpf.TENANT_MAP.openPinned(fs.path("tenants"), MapAccess.READ_ONLY);
                    DemandBpf.LaneMap.Owned lanes =
                            DemandBpf.LANE_MAP.openPinned(fs.path("lanes"), MapAccess.READ_ONLY)) {
                assertThat(tenants.keys()).containsExactlyInAnyOrderElementsOf(all);
                assertThat(tenants.contains(4_999L)).isTrue();
                assertThat(tenants.contains(5_000L)).isFalse();
                assertThat(tenants.id()).isEqualTo(bpf.tenant().id());
                assertThat(lanes.keys()).containsExactly(3L, 7L);
                assertThat(lanes.contains(3L)).isTrue();
                assertThat(lanes.contains(4L)).isFalse();
                assertThat(lanes.contains((long) Demand.LANES)).isFalse();
            }
        }
    }

    /** An update puts the new inner map in front of the old one in the kernel's list, where a walk may have passed already. */
    @Test
    void listsEachKeyWhoseInnerMapIsReplacedMeanwhile() throws Exception {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            Set<Long> all = LongStream.range(0, 64).boxed().collect(Collectors.toSet());
            bpf.tenant().createAll(all);
            bpf.tenant().expert().pinReader(Path.of("dashboard"), pins);
            try (TenantMap.Owned reader =
                            TenantFlowsBpf.TENANT_MAP.openPinned(fs.path("dashboard"), MapAccess.READ_ONLY);
                    BusyThreads rotating = new BusyThreads()) {
                rotating.start(() -> {
                    long rotations = 0;
                    for (; !rotating.isOver() || rotations == 0; rotations++) {
                        discardDisplaced(bpf.tenant().rotateAll(all));
                    }
                    return rotations;
                });
                for (int i = 0; i < 2_000; i++) {
                    assertThat(new HashSet<>(reader.keys())).isEqualTo(all);
                }
                assertThat(rotating.end()).isPositive();
            }
        }
    }

    @Test
    void aNewReaderReplacesAnEarlierOne() {
        for (int round = 1; round <= 2; round++) {
            try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
                bpf.tenant().create(round).put(flow(round, 0));
                bpf.tenant().expert().pinReader(Path.of("dashboard"), pins);

                try (TenantMap.Owned reader =
                        TenantFlowsBpf.TENANT_MAP.openPinned(fs.path("dashboard"), MapAccess.READ_ONLY)) {
                    assertThat(reader.keys()).containsExactly((long) round);
                    assertThat(reader.get(round, key(0))).isEqualTo(flow(round, 0));
                }
            }
        }
        assertThat(fs.path("dashboard-reader")).isDirectoryContaining("glob:**buffer");
    }

    @Test
    void rejectsPinsThatReadersCouldChange() {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            Path path = fs.path("dashboard");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bpf.tenant().expert().pinReader(path, pins.withPermissions("rw-rw----")))
                    .withMessageContaining("rw-rw----")
                    .withMessageContaining("use permissions such as rw-r-----");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bpf.tenant().expert().pinReader(path, pins.withOwner(65534, 65534)))
                    .withMessageContaining("user 65534 the owner")
                    .withMessageContaining("withOwner(0, group)");
            assertThat(path).doesNotExist();
        }
    }

    @Test
    void leavesAForeignMapAloneAtThePathOfThePrototype() {
        Path foreign = fs.path("").resolve("dashboard-prototype");
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            RawMap other = Objects.requireNonNull(
                    new KernelMapFactory().open(bpf.tenant().id()));
            new KernelPins().pin(other, foreign, pins);
            other.close();

            assertBpfException(() -> bpf.tenant().expert().pinReader(fs.path("dashboard"), pins))
                    .hasMessageContaining("one of the two elsewhere");

            assertThat(foreign).exists();
            assertThat(fs.path("dashboard")).doesNotExist();
            assertThat(fs.path("dashboard-reader").resolve("buffer")).doesNotExist();
        }
    }

    @Test
    void leavesAMapAloneThatIsPinnedInPlaceOfAReader() throws IOException {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            bpf.tenant().expert().pinReader(fs.path("tenant"), pins);
            Files.delete(fs.path("tenant"));
            Files.delete(fs.path("").resolve("tenant-prototype"));
            try (TenantMap.Owned other = TenantFlowsBpf.TENANT_MAP.create(fs.path("tenant"), PinOptions.defaults())) {
                assertBpfException(() -> bpf.tenant().expert().pinReader(fs.path("tenant"), pins))
                        .hasMessageContaining("something else is pinned there");
                assertThat(fs.path("tenant")).exists();
                assertThat(fs.path("tenant-prototype")).exists();
                assertThat(other.keys()).isEmpty();
            }
        }
    }

    @Test
    void anEarlierReaderStaysIfTheKernelLoadsNoNewOne() {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.load()) {
            bpf.tenant().create(1);
            bpf.tenant().expert().pinReader(fs.path("dashboard"), pins);

            assertBpfException(() -> WatchedThread.watch(
                    call -> call == SystemCall.PROG_LOAD ? Errno.ENOMEM : null,
                    () -> bpf.tenant().expert().pinReader(fs.path("dashboard"), pins)));

            try (TenantMap.Owned reader =
                    TenantFlowsBpf.TENANT_MAP.openPinned(fs.path("dashboard"), MapAccess.READ_ONLY)) {
                assertThat(reader.keys()).containsExactly(1L);
            }
        }
    }

    @Test
    void mapsInMemoryHaveNoReader() {
        try (TenantFlowsBpf bpf = TenantFlowsBpf.inMemory()) {
            assertBpfException(() -> bpf.tenant().expert().pinReader(fs.path("dashboard"), pins))
                    .hasMessage(
                            "pinning of a reader of map tenant: the map is in memory, and only maps in the kernel can be pinned:"
                                    + " load the object");
        }
    }

    private String run(Class<?> main) throws IOException {
        Files.setPosixFilePermissions(fs.path(""), PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ChildVm().asNobody("").run(main, fs.path("readers/dashboard"));
    }

    private static void introduce() throws IOException {
        System.out.println("user " + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .forEach(line ->
                        System.out.println("capabilities " + line.substring(7).strip()));
    }

    private static Map<NestedKey<Long, FlowKey>, Flow> entries(TenantMap tenants) {
        Map<NestedKey<Long, FlowKey>, Flow> found = new HashMap<>();
        tenants.forEachEntry((tenant, flow) -> found.put(new NestedKey<>(tenant, flow.key()), flow));
        return found;
    }

    private static List<Flow> flows(long tenant, int count) {
        return LongStream.range(0, count).mapToObj(i -> flow(tenant, i)).toList();
    }

    private static long packets(long tenant, int count) {
        return flows(tenant, count).stream().mapToLong(Flow::packets).sum();
    }

    private static Flow flow(long tenant, long number) {
        return new Flow(key((int) number), number + 1, tenant);
    }

    private static FlowKey key(int number) {
        return new FlowKey(Ipv4Addresses.of(0x0a000001), Ipv4Addresses.of(0x0a000002), number, 443, 17);
    }

    /** Main class of a process that reads. */
    static final class Reader {
        public static void main(String[] arguments) throws Exception {
            introduce();
            Path path = Path.of(arguments[0]);
            read(path);
            Path root = Objects.requireNonNull(
                    Objects.requireNonNull(path.getParent()).getParent());
            ReaderAttack.on(path, List.of(root.resolve("sticky"), root.resolve("group"), root.resolve("own")));
        }

        private static void read(Path path) {
            try (TenantMap.Owned tenants = TenantFlowsBpf.TENANT_MAP.openPinned(path, MapAccess.READ_ONLY)) {
                @Nullable Flow noFlow = tenants.get(1, key(99));
                @Nullable Flow noTenant = tenants.get(99, key(0));
                System.out.println("get: " + tenants.get(1, key(2)) + " " + noFlow + " " + noTenant);
                System.out.println("getAll: "
                        + tenants.getAll(List.of(
                                        new NestedKey<>(2L, key(7)),
                                        new NestedKey<>(3L, key(0)),
                                        new NestedKey<>(1L, key(0))))
                                .values());
                FlowMap.View view = new FlowMap.View();
                System.out.println("view: " + tenants.get(1, key(1), view) + " " + view.packets());
                System.out.println(
                        "tenants: " + tenants.keys().stream().sorted().toList());
                long[] found = new long[3];
                tenants.forEachEntry((tenant, flow) -> {
                    found[0]++;
                    found[tenant.intValue()] += flow.packets();
                });
                System.out.println("entries: " + found[0] + ", packets " + found[1] + " and " + found[2]);
                TenantFlowsBpf.TENANT_MAP.openPinned(path, MapAccess.READ_ONLY).close();
                System.out.println("opened twice");
            } catch (BpfException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
