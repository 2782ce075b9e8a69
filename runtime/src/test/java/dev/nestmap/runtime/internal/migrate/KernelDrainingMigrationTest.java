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

        assertThat(drained(fs, "tenant", FLOW)).isEqualTo(COUNTS);
    }

    @Test
    void theRulesApplyIfOnlyTheLengthChanges() throws Exception {
        Schema shorter = withLength(ARRAYS, 32);
        PinnedCounts.create(shorter, fs);

        upgrade(ARRAYS, draining(shorter).compute("flow", "packets", old -> Math.min(old.number("packets"), 6)));

        assertThat(drained(fs, "tenant", FLOW))
                .isEqualTo(Map.of(1, Map.of(10, 5L, 11, 6L), 2, Map.of(10, 6L), 3, Map.of()));
    }

    /** It has the layout of the version to which the rollback leads, and another length. */
    @Test
    void aMapOfTheVersionBeforeThePreviousOneIsConvertedInARollback() throws Exception {
        Schema shorter = withLength(ARRAYS, 32);
        Schema later = PinnedCounts.schema(MapKind.ARRAY, Scalar.U32, MORE, 16);
        PinnedCounts.create(shorter, fs);
        run(ARRAYS, draining(shorter)); // and ends before it converts
        run(later, draining(ARRAYS)); // and ends too

        upgrade(ARRAYS, draining(later).compute("flow", "packets", old -> old.number("packets")));

        assertThat(drained(fs, "tenant", FLOW)).isEqualTo(COUNTS);
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

        assertThat(drained(fs, "tenant", MORE)).isEqualTo(COUNTS);
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

    /** Its programs still write to the maps that this one would convert. */
    @Test
    void aVersionThatWasReplacedConvertsNothing() throws Exception {
        create();
        run(AFTER, TO_AFTER);
        run(BEFORE, TO_BEFORE);
        List<String> content = fs.content();
        PinnedMapMigrator replaced = migrator(new ClaimedPin(new KernelPins(), paths(fs, "tenant")));

        assertBpfException(() -> replaced.convertRetired(() -> false), "another process migrates it");

        assertThat(fs.content()).isEqualTo(content);
    }

    /** The owner has migrated the maps and still replaces the old program, which writes to them until then. */
    @Test
    void onlyTheOwnerConverts() throws Exception {
        PinnedCounts.create(BEFORE, fs);
        ClaimedPin lock = new ClaimedPin(new KernelPins(), paths(fs, "tenant"));
        PinnedMapMigrator upgrade = migrator(lock);
        try (Pins.Lock owner = lock.claim().tryAcquire()) {
            assertThat(owner).isNotNull();
            Upgrades.run(upgrade, true);
            List<String> content = fs.content();

            migrator(new ClaimedPin(new KernelPins(), paths(fs, "tenant"))).convertRetired(() -> false);

            assertThat(fs.content()).isEqualTo(content);
            upgrade.convertRetired(() -> false);
        }
        assertThat(drained(fs, "tenant", MORE)).isEqualTo(COUNTS);
    }

    private static PinnedMapMigrator migrator(ClaimedPin lock) {
        return Upgrades.migrator(AFTER, AFTER, "tenant", TO_AFTER, lock);
    }

    /** Only the version that migrates from the first one knows how to convert its maps. */
    @Test
    void theNextUpgradeWaitsForRetiredMaps() throws Exception {
        create();
        run(AFTER, TO_AFTER); // and ends before it converts them
        List<String> content = fs.content();
        Schema next = PinnedCounts.schema(MapKind.HASH, Scalar.U32, LESS, 16);

        for (Migration migration :
                List.of(PinnedCounts.from(AFTER), PinnedCounts.from(AFTER).drain(() -> "tenant"))) {
            assertBpfException(() -> upgrade(next, migration), "tenant-retired/");
            assertThat(fs.content()).isEqualTo(content);
        }
        upgrade(AFTER, TO_AFTER);
        assertThat(drained(fs, "tenant", MORE)).containsOnlyKeys(1, 2, 3);
    }

    /** A service that needs no migration any more starts nevertheless, and the version that knows the maps drains them later. */
    @Test
    void aMigrationWithoutAWordLeavesRetiredMaps() throws Exception {
        create();
        run(AFTER, TO_AFTER); // and ends before it converts them
        PinPaths tenant = paths(fs, "tenant");
        Path first = new KernelPins().list(tenant.retired()).get(0);
        Path unknown = tenant.retired().resolve("L00000000000001-2-78");
        new KernelPins().move(first, unknown);
        List<String> content = fs.content();

        upgrade(AFTER, PinnedCounts.from(BEFORE));

        assertThat(fs.content()).isEqualTo(content);
    }

    /** The first upgrade ended before it converted the maps that it had retired, so only their pins keep them. */
    @Test
    void anUpgradeThatIsUndoneKeepsTheRetiredMapsOfAnEarlierOne() throws Exception {
        create();
        run(AFTER, TO_AFTER);
        Schema next = PinnedCounts.schema(MapKind.HASH, Scalar.U32, LESS, 16);
        ClaimedPin lock = new ClaimedPin(new KernelPins(), paths(fs, "tenant"));
        List<Migration> all = List.of(draining(AFTER), draining(BEFORE));
        List<PinnedMapMigrator> versions = all.stream()
                .map(migration ->
                        new PinnedMapMigrator(next, next, "tenant", migration, all, null, new KernelMapFactory(), lock))
                .toList();
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

        assertThat(Files.getPosixFilePermissions(paths(fs, "tenant").retired()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    /** An older Nestmap allowed an upgrade beside retired maps of the version before the previous one. */
    @Test
    void mapsOfAThirdVersionDoNotHinderTheConversionOfOthers() throws Exception {
        create();
        run(AFTER, TO_AFTER); // and ends before it converts them
        PinPaths tenant = paths(fs, "tenant");
        Path known = new KernelPins().list(tenant.retired()).get(0);
        Path unknown = tenant.retired().resolve("L00000000000001-2-78");
        new KernelPins().move(known, unknown);

        assertBpfException(() -> upgrade(AFTER, TO_AFTER), unknown + " is an inner map of a third version");

        assertThat(new KernelPins().list(tenant.retired())).containsExactly(unknown);
        assertThat(new KernelPins().list(tenant.draining())).hasSize(COUNTS.size());
    }

    /** The programs of the previous version have ended, so the next version has to convert the map. */
    @Test
    void aMapThatCanNotBeConvertedStaysAndIsNamed() throws Exception {
        create();
        AtomicInteger calls = new AtomicInteger();
        Migration failing = draining(BEFORE).compute("flow", "drops", old -> {
            long difference = old.number("packets") - 1000;
            // The entry passes the check before the upgrade, as if a program had written it later.
            return difference == 0 && calls.getAndIncrement() > 0 ? 1 / difference : 1;
        });

        assertBpfException(
                        () -> upgrade(AFTER, failing),
                        "tenant-retired/",
                        "/ by zero",
                        "The map stays there with all entries")
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
        assertThat(drained(fs, "tenant", MORE)).as(when).isEqualTo(expected);
        assertThat(new KernelPins().time(paths(fs, "tenant").draining("2", 77, false)))
                .as(when)
                .isEqualTo(TAKEN_OUT);
        assertThat(fs.content().stream()
                        .filter(file -> !file.startsWith("tenant-draining/"))
                        .collect(Collectors.joining(" ")))
                .as(when)
                .isEqualTo("owner tenant tenant-draining tenant-inner tenant-inner/1 tenant-inner/2 tenant-inner/3");
    }
}
