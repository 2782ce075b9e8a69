/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.COUNTS;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.FLOW;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.MORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.counts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.drained;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.paths;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.nest.OtherVersions.Reader;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.SystemCall;
import dev.nestmap.runtime.testing.WatchedThread;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each count of the previous version is drained once. {@link KernelMigrationCrashTest} interrupts upgrades. */
@KernelTest
class KernelDrainingMigrationTest extends PinningTest {
    private static final Instant TAKEN_OUT = Instant.parse("2026-01-02T03:04:05.006Z");

    private static final Schema ARRAYS = PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, FLOW, 16);
    private static final StructType LESS =
            PinnedCounts.struct("flow", new Member("bytes", Scalar.U64), new Member("packets", Scalar.U64));
    private static final StructType NARROWER =
            PinnedCounts.struct("flow", new Member("packets", Scalar.U32), new Member("bytes", Scalar.U64));

    /** The old version may start again, and recovers it. */
    @Test
    void aMapThatWasTakenOutStaysIfTheUpgradeCanNotCreateAMap() throws Exception {
        try (WatchedThread thread = new WatchedThread()) {
            boolean ended = false;
            for (int most = 0; !ended; most++) {
                create();
                int allowed = most;
                AtomicInteger created = new AtomicInteger();
                thread.run(
                        call -> call == SystemCall.MAP_CREATE && created.getAndIncrement() == allowed
                                ? Errno.ENOMEM
                                : null,
                        () -> assertThatUpgradeLacksMemoryIf(() -> created.get() > allowed));
                ended = created.get() <= allowed;
                if (!ended) {
                    assertThat(paths(fs, "tenant").draining("2", 77, false))
                            .as("after %s maps", most)
                            .exists();
                }
                mountAnew();
            }
        }
    }

    private void assertThatUpgradeLacksMemoryIf(BooleanSupplier hasFailed) {
        Throwable thrown = catchThrowable(() -> run(AFTER));
        if (hasFailed.getAsBoolean()) {
            assertThat(thrown)
                    .isInstanceOfSatisfying(
                            BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
        } else {
            assertThat(thrown).isNull();
        }
    }

    /** The layout does not contain the length. */
    @ParameterizedTest
    @EnumSource(names = {"ARRAY", "PERCPU_ARRAY"})
    void mapsOfAnotherLengthAreConverted(MapKind kind) throws Exception {
        Schema shorter = withLength(PinnedCounts.schema(kind, Scalar.U32, FLOW, 16), 32);
        Schema longer = PinnedCounts.schema(kind, Scalar.U32, FLOW, 16);
        PinnedCounts.create(shorter, fs);

        upgrade(longer);

        assertThat(drained(fs, "tenant", longer)).isEqualTo(COUNTS);
    }

    /** Each group is read under its own text. */
    @Test
    void mapsOfSeveralVersionsWaitBesideEachOther() throws Exception {
        Schema shorter = withLength(ARRAYS, 32);
        Schema later = PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, MORE, 16);
        PinnedCounts.create(shorter, fs);
        run(ARRAYS); // and ends before the old maps wait for a drain
        run(later); // and ends too

        upgrade(ARRAYS);

        assertThat(paths(fs, "tenant").drainingGroups(new KernelPins())).hasSize(3);
        assertThat(drained(fs, "tenant", ARRAYS)).isEqualTo(COUNTS);
    }

    /** A drain reads all entries of the old map, whatever length the new one has. */
    @Test
    void aLongerArrayIsDrainedWhole() throws Exception {
        PinnedCounts.create(ARRAYS, fs);

        upgrade(withLength(ARRAYS, 32));

        assertThat(drained(fs, "tenant", withLength(ARRAYS, 32))).isEqualTo(COUNTS);
    }

    @Test
    void oldMapsThatAreLargerThanTheNewOnesKeepTheirSize() throws Exception {
        PinnedCounts.create(BEFORE, fs);

        upgrade(withLength(AFTER, 1));

        assertThat(drained(fs, "tenant", withLength(AFTER, 1))).isEqualTo(COUNTS);
    }

    @Test
    void aShorterArrayWithoutInnerMapsIsAccepted() throws Exception {
        PinnedCounts.create(ARRAYS, fs);
        RawMap outer = Objects.requireNonNull(new KernelPins().open(fs.pin("tenant"), MapAccess.READ_WRITE));
        COUNTS.keySet().forEach(slot -> {
            OffHeapBlock key = OffHeapBlock.allocate(4);
            key.bytes().putInt(0, slot);
            assertThat(outer.delete(key, 0)).isZero();
            new KernelPins().remove(fs.path("tenant-inner/" + slot));
        });
        outer.close();

        upgrade(withLength(ARRAYS, 32));

        assertThat(counts(withLength(ARRAYS, 32), fs)).isEmpty();
    }

    /** Programs have counted in a map that was full and evicted, whatever the map is that a drain reads. */
    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH"})
    void whatIsToBeDoubtedDependsOnTheMapInWhichProgramsCounted(MapKind kind) throws Exception {
        Schema small = withLength(PinnedCounts.schema(kind, Scalar.U32, FLOW, 16), 2);
        PinnedCounts.create(small, fs);
        upgrade(AFTER);

        KernelPins pins = new KernelPins();
        Path group = paths(fs, "tenant").drainingGroups(pins).get(0);
        PinnedMapText text = PinnedMapText.parse(Objects.requireNonNull(pins.read(group.resolve("schema"))));
        Reader reader = PinnedCounts.migrator(AFTER, pins, fs, "tenant").of(text);
        Map<String, Boolean> full = new TreeMap<>();
        for (Path pin : pins.list(group)) {
            if (!pin.endsWith("schema")) {
                try (RawMap waiting = Objects.requireNonNull(pins.open(pin, MapAccess.READ_WRITE))) {
                    FormerMap former = reader.read(waiting);
                    former.map().close();
                    assertThat(former.map().shape().kind()).isEqualTo(MapKind.HASH);
                    assertThat(former.version().shape().kind()).isEqualTo(kind);
                    full.put(
                            pin.getFileName().toString().substring(0, 1),
                            former.version().wasFull());
                }
            }
        }
        assertThat(full).containsEntry("2", false).containsEntry("3", false).containsKey("1");
        assertThat(kind == MapKind.LRU_HASH || Boolean.TRUE.equals(full.get("1")))
                .isTrue();
    }

    /** The kernel lets the length of such arrays differ. */
    @Test
    void aShorterArrayOfAnyLengthKeepsItsLength() throws Exception {
        Schema before = withFlags(ARRAYS, MapFlags.INNER_MAP | MapFlags.RDONLY_PROG);
        Schema after = withFlags(
                PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, MORE, 16), MapFlags.INNER_MAP | MapFlags.RDONLY_PROG);
        PinnedCounts.create(before, fs);

        PinnedCounts.migrate(withLength(after, 32), new KernelPins(), fs);

        assertThat(counts(withLength(after, 32), fs)).isEqualTo(COUNTS);
    }

    private static Schema withLength(Schema schema, long length) {
        return schema.withMaps(schema.maps().stream()
                .map(map -> map.name().equals("flow_map") ? map.withMaxEntries(length) : map)
                .toList());
    }

    private static Schema withFlags(Schema schema, long flags) {
        return schema.withMaps(schema.maps().stream()
                .map(map -> map.name().equals("flow_map")
                        ? new MapDef(
                                "flow_map",
                                map.role(),
                                map.kind(),
                                map.maxEntries(),
                                flags,
                                map.key(),
                                map.value(),
                                null)
                        : map)
                .toList());
    }

    /** The owner has migrated the maps and still replaces the old program, which writes to them until then. */
    @Test
    void onlyTheOwnerLetsThemWait() throws Exception {
        PinnedCounts.create(BEFORE, fs);
        ClaimedPin lock = new ClaimedPin(new KernelPins(), paths(fs, "tenant"));
        PinnedMapMigrator upgrade = migrator(lock);
        try (Pins.Lock owner = lock.claim().tryAcquire()) {
            assertThat(owner).isNotNull();
            Upgrades.run(upgrade, true);
            List<String> content = fs.content();

            settle(migrator(new ClaimedPin(new KernelPins(), paths(fs, "tenant"))));

            assertThat(fs.content()).isEqualTo(content);
            settle(upgrade);
        }
        assertThat(drained(fs, "tenant", AFTER)).isEqualTo(COUNTS);
    }

    private static void settle(PinnedMapMigrator migrator) {
        try (Upgrade upgrade = Upgrades.of(List.of(migrator), true)) {
            upgrade.requireNoOtherWriters(Set::of, Set::of);
            upgrade.settle(outer -> false);
        }
    }

    private static PinnedMapMigrator migrator(ClaimedPin lock) {
        return Upgrades.migrator(AFTER, AFTER, "tenant", lock);
    }

    /** What a version can't convert waits for one that can. */
    @Test
    void aVersionWithNarrowerNumbersKeepsTheOldMaps() throws Exception {
        create();
        run(AFTER); // and ends before they wait for a drain
        Schema narrower = PinnedCounts.schema(MapKind.HASH, Scalar.U32, NARROWER, 16);

        upgrade(narrower);

        assertThat(counts(narrower, fs)).isEqualTo(Map.of(1, Map.of(), 2, Map.of(), 3, Map.of()));
        assertThat(drained(fs, "tenant", narrower)).isEmpty();
        assertThat(paths(fs, "tenant").drainingGroups(new KernelPins())).hasSize(2);
        verifyAndComplete("back again");
    }

    /** A start that finds maps of its own version completes the upgrade nevertheless. */
    @Test
    void theNextStartLetsThemWait() throws Exception {
        create();
        run(AFTER); // and ends before they wait for a drain

        settle(migrator(new ClaimedPin(new KernelPins(), paths(fs, "tenant"))));

        verifyAndComplete("settled by the next start");
    }

    /** The first upgrade ended before the maps that it had retired waited for a drain, so only their pins keep them. */
    @Test
    void anUpgradeThatIsUndoneKeepsTheRetiredMapsOfAnEarlierOne() throws Exception {
        create();
        run(AFTER);
        Schema next = PinnedCounts.schema(MapKind.HASH, Scalar.U32, LESS, 16);
        ClaimedPin lock = new ClaimedPin(new KernelPins(), paths(fs, "tenant"));
        PinnedMapMigrator versions = Upgrades.migrator(next, next, "tenant", lock);
        Pins.Lock owner = lock.own();
        try (Upgrade upgrade = Upgrades.of(List.of(versions), true)) {
            upgrade.prepare(Map.of());
            upgrade.publish();
            upgrade.takeBack(false);
        }
        owner.close();

        verifyAndComplete("undone");
    }

    /** Readers may open the inner maps in slots, and not those that are about to be drained. */
    @Test
    void onlyWritersMayEnterTheDirectoryOfRetiredMaps() throws Exception {
        PinnedCounts.create(BEFORE, fs);
        Files.setPosixFilePermissions(
                paths(fs, "tenant").inners(), PosixFilePermissions.fromString("rwxr-xr-x")); // as for rw-r--r--

        run(AFTER);

        assertThat(Files.getPosixFilePermissions(
                        paths(fs, "tenant").retiredGroups(new KernelPins()).get(0)))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    /** An outer map with counts, and one inner map that was displaced and waits. */
    private void create() {
        PinnedCounts.create(BEFORE, fs);
        KernelPins pins = new KernelPins();
        PinPaths tenant = paths(fs, "tenant");
        RawMap displaced = PinnedCounts.inner(BEFORE, 10, 1000L);
        Path pin = tenant.draining("2", 77, false);
        pins.pin(displaced, pin, PinOptions.defaults());
        pins.setTime(pin, TAKEN_OUT);
        displaced.close();
    }

    private void run(Schema to) {
        PinnedCounts.run(to, new KernelPins(), fs, "tenant");
    }

    private void upgrade(Schema to) {
        Upgrades.complete(List.of(PinnedCounts.migrator(to, new KernelPins(), fs, "tenant")));
    }

    private void verifyAndComplete(String when) throws Exception {
        upgrade(AFTER);
        assertThat(counts(AFTER, fs)).as(when).isEqualTo(Map.of(1, Map.of(), 2, Map.of(), 3, Map.of()));
        Map<Integer, Map<Integer, Long>> expected = new TreeMap<>(COUNTS);
        expected.put(2, Map.of(10, 7L + 1000L));
        assertThat(drained(fs, "tenant", AFTER)).as(when).isEqualTo(expected);
        assertThat(paths(fs, "tenant").drainingGroups(new KernelPins()))
                .as(when)
                .map(group -> group.resolve("2-77"))
                .filteredOn(Files::exists)
                .map(new KernelPins()::time)
                .containsExactly(TAKEN_OUT);
        assertThat(fs.content().stream()
                        .filter(file -> !file.contains("-draining"))
                        .collect(Collectors.joining(" ")))
                .as(when)
                .isEqualTo("owner tenant tenant-inner tenant-inner/1 tenant-inner/2 tenant-inner/3");
    }
}
