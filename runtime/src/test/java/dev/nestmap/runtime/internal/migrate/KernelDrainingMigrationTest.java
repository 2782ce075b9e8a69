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
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.nest.OtherVersions.Reader;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.Migration;
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
    private static final Migration TO_AFTER = draining(BEFORE);
    private static final Migration TO_BEFORE = draining(AFTER).compute("flow", "packets", old -> old.number("packets"));

    private static final Schema ARRAYS = PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, FLOW, 16);
    private static final StructType LESS =
            PinnedCounts.struct("flow", new Member("packets", Scalar.U64), new Member("bytes", Scalar.U64));

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
        Throwable thrown = catchThrowable(() -> run(AFTER, TO_AFTER));
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

        upgrade(longer, draining(shorter));

        assertThat(drained(fs, "tenant", longer, draining(shorter))).isEqualTo(COUNTS);
    }

    @Test
    void theRulesApplyIfOnlyTheLengthChanges() throws Exception {
        Schema shorter = withLength(ARRAYS, 32);
        PinnedCounts.create(shorter, fs);

        Migration rules = draining(shorter).compute("flow", "packets", old -> Math.min(old.number("packets"), 6));
        upgrade(ARRAYS, rules);

        assertThat(drained(fs, "tenant", ARRAYS, rules))
                .isEqualTo(Map.of(1, Map.of(10, 5L, 11, 6L), 2, Map.of(10, 6L), 3, Map.of()));
    }

    /** Each group is read under its own text. */
    @Test
    void mapsOfSeveralVersionsWaitBesideEachOther() throws Exception {
        Schema shorter = withLength(ARRAYS, 32);
        Schema later = PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, MORE, 16);
        PinnedCounts.create(shorter, fs);
        run(ARRAYS, draining(shorter)); // and ends before the old maps wait for a drain
        run(later, draining(ARRAYS)); // and ends too
        Migration back = draining(later).compute("flow", "packets", old -> old.number("packets"));

        upgrade(ARRAYS, back);

        assertThat(paths(fs, "tenant").drainingGroups(new KernelPins())).hasSize(3);
        assertThat(drained(fs, "tenant", ARRAYS, back, draining(shorter))).isEqualTo(COUNTS);
    }

    @Test
    void aShorterArrayIsRejectedBeforeItsMapsAreRetired() throws Exception {
        PinnedCounts.create(ARRAYS, fs);
        List<String> content = fs.content();

        assertBpfException(() -> upgrade(withLength(ARRAYS, 32), draining(ARRAYS)), "its length shrinks from 64 to 32");

        assertThat(fs.content())
                .filteredOn(pin -> !pin.equals("tenant-draining")) // the directory that was locked
                .isEqualTo(content);
    }

    @Test
    void oldMapsThatAreLargerThanTheNewOnesKeepTheirSize() throws Exception {
        PinnedCounts.create(BEFORE, fs);

        upgrade(withLength(AFTER, 1), TO_AFTER);

        assertThat(drained(fs, "tenant", withLength(AFTER, 1), TO_AFTER)).isEqualTo(COUNTS);
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

        upgrade(withLength(ARRAYS, 32), draining(ARRAYS));

        assertThat(counts(withLength(ARRAYS, 32), fs)).isEmpty();
    }

    /** Programs have counted in a map that was full and evicted, whatever the map is that a drain reads. */
    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH"})
    void whatIsToBeDoubtedDependsOnTheMapInWhichProgramsCounted(MapKind kind) throws Exception {
        Schema small = withLength(PinnedCounts.schema(kind, Scalar.U32, FLOW, 16), 2);
        PinnedCounts.create(small, fs);
        upgrade(AFTER, draining(small));

        KernelPins pins = new KernelPins();
        Path group = paths(fs, "tenant").drainingGroups(pins).get(0);
        PinnedMapText text = PinnedMapText.parse(Objects.requireNonNull(pins.read(group.resolve("schema"))));
        Reader reader = Objects.requireNonNull(PinnedCounts.migrator(draining(small), AFTER, pins, fs, "tenant")
                .of(text));
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
        Schema before = withFlags(ARRAYS, MapFlags.INNER_MAP);
        Schema after = withFlags(PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, MORE, 16), MapFlags.INNER_MAP);
        PinnedCounts.create(before, fs);

        PinnedCounts.run(PinnedCounts.from(before), withLength(after, 32), new KernelPins(), fs, "tenant");

        assertThat(counts(withLength(after, 32), fs)).isEqualTo(COUNTS);
    }

    private static Migration draining(Schema from) {
        return PinnedCounts.from(from).drain(() -> "tenant");
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
        assertThat(drained(fs, "tenant", AFTER, TO_AFTER)).isEqualTo(COUNTS);
    }

    private static void settle(PinnedMapMigrator migrator) {
        try (Upgrade upgrade = Upgrades.of(List.of(migrator), true)) {
            upgrade.requireNoOtherWriters(Set::of, Set::of);
            upgrade.settle(outer -> false);
        }
    }

    private static PinnedMapMigrator migrator(ClaimedPin lock) {
        return Upgrades.migrator(AFTER, AFTER, "tenant", TO_AFTER, lock);
    }

    /** Only a version with a migration from the first one can read its maps. */
    @Test
    void theNextUpgradeKeepsMapsThatItCanNotRead() throws Exception {
        create();
        run(AFTER, TO_AFTER); // and ends before they wait for a drain
        Schema next = PinnedCounts.schema(MapKind.HASH, Scalar.U32, LESS, 16);
        Migration fromAfter = draining(AFTER);

        upgrade(next, fromAfter);

        assertThat(drained(fs, "tenant", next, fromAfter)).isEqualTo(Map.of(1, Map.of(), 2, Map.of(), 3, Map.of()));
        Map<Integer, Map<Integer, Long>> all = new TreeMap<>(COUNTS);
        all.put(2, Map.of(10, 7L + 1000L));
        assertThat(drained(fs, "tenant", next, fromAfter, draining(BEFORE))).isEqualTo(all);
    }

    /** A service that needs no migration any more completes the upgrade nevertheless. */
    @Test
    void aLoadWithoutAMigrationLetsThemWait() throws Exception {
        create();
        run(AFTER, TO_AFTER); // and ends before they wait for a drain

        settle(new PinnedMapMigrator(
                AFTER,
                AFTER,
                "tenant",
                List.of(),
                null,
                new KernelMapFactory(),
                new ClaimedPin(new KernelPins(), paths(fs, "tenant"))));

        verifyAndComplete("without a migration");
    }

    /** The first upgrade ended before the maps that it had retired waited for a drain, so only their pins keep them. */
    @Test
    void anUpgradeThatIsUndoneKeepsTheRetiredMapsOfAnEarlierOne() throws Exception {
        create();
        run(AFTER, TO_AFTER);
        Schema next = PinnedCounts.schema(MapKind.HASH, Scalar.U32, LESS, 16);
        ClaimedPin lock = new ClaimedPin(new KernelPins(), paths(fs, "tenant"));
        List<Migration> all = List.of(draining(AFTER), draining(BEFORE));
        PinnedMapMigrator versions =
                new PinnedMapMigrator(next, next, "tenant", all, null, new KernelMapFactory(), lock);
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

        run(AFTER, TO_AFTER);

        assertThat(Files.getPosixFilePermissions(
                        paths(fs, "tenant").retiredGroups(new KernelPins()).get(0)))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    /** It stays, and a later version may convert it. */
    @Test
    void aMapThatCanNotBeConvertedIsNamed() throws Exception {
        create();
        AtomicInteger calls = new AtomicInteger();
        Migration failing = draining(BEFORE).compute("flow", "drops", old -> {
            long difference = old.number("packets") - 1000;
            // The entry passes the check before the upgrade, as if a program had written it later.
            return difference == 0 && calls.getAndIncrement() > 0 ? 1 / difference : 1;
        });
        upgrade(AFTER, failing);

        assertBpfException(() -> drained(fs, "tenant", AFTER, failing), "/ by zero")
                .onMap("flow_map")
                .atKey("0x0a000000")
                .hasRootCauseInstanceOf(ArithmeticException.class);

        verifyAndComplete("with a migration that converts the entry");
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

    private void run(Schema to, Migration migration) {
        PinnedCounts.run(migration, to, new KernelPins(), fs, "tenant");
    }

    private void upgrade(Schema to, Migration migration) {
        Upgrades.complete(List.of(PinnedCounts.migrator(migration, to, new KernelPins(), fs, "tenant")));
    }

    private void verifyAndComplete(String when) throws Exception {
        upgrade(AFTER, TO_AFTER);
        assertThat(counts(AFTER, fs)).as(when).isEqualTo(Map.of(1, Map.of(), 2, Map.of(), 3, Map.of()));
        Map<Integer, Map<Integer, Long>> expected = new TreeMap<>(COUNTS);
        expected.put(2, Map.of(10, 7L + 1000L));
        assertThat(drained(fs, "tenant", AFTER, TO_AFTER)).as(when).isEqualTo(expected);
        Path group = paths(fs, "tenant").drainingGroups(new KernelPins()).get(0);
        assertThat(new KernelPins().time(group.resolve("2-77"))).as(when).isEqualTo(TAKEN_OUT);
        assertThat(fs.content().stream()
                        .filter(file -> !file.contains("-draining"))
                        .collect(Collectors.joining(" ")))
                .as(when)
                .isEqualTo("owner tenant tenant-inner tenant-inner/1 tenant-inner/2 tenant-inner/3");
    }
}
