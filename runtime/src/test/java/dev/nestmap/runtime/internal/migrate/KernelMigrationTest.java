/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.COUNTS;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.FLOW;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.MORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.accepts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.counts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.migrate;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.paths;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.run;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.schema;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.struct;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.backend.Generation;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder.Found;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.EntryCTypes;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pinned maps of a previous version are migrated in the kernel, or left as they were. */
@KernelTest
class KernelMigrationTest extends PinningTest {
    private static final Schema READ_BEFORE = PinnedCounts.readOnly(BEFORE);
    private static final Schema READ_AFTER = PinnedCounts.readOnly(AFTER);

    @ParameterizedTest
    @CsvSource({
        "HASH_OF_MAPS, HASH", "HASH_OF_MAPS, LRU_HASH", "HASH_OF_MAPS, PERCPU_HASH", "HASH_OF_MAPS, LRU_PERCPU_HASH",
        "HASH_OF_MAPS, ARRAY", "HASH_OF_MAPS, PERCPU_ARRAY", "ARRAY_OF_MAPS, HASH", "ARRAY_OF_MAPS, PERCPU_ARRAY"
    })
    void copiesAnOuterMapToTheNewLayout(MapKind outer, MapKind kind) throws IOException {
        Schema before = PinnedCounts.readOnly(schema(outer, kind, Scalar.U32, FLOW, 16));
        Schema after = PinnedCounts.readOnly(schema(outer, kind, Scalar.U32, MORE, 16));
        PinnedCounts.create(before, fs);
        List<String> pins = fs.content();

        Upgrades.Done migrated = migrate(after, new KernelPins(), fs);

        assertThat(migrated.done()).isTrue();
        assertThat(migrated.maps()).isEqualTo(3);
        assertThat(counts(after, fs)).isEqualTo(COUNTS);
        assertThat(accepts(before, fs)).isFalse();
        assertThat(fs.content()).filteredOn(pin -> !pin.endsWith("-draining")).isEqualTo(pins);
        assertThat(migrate(after, new KernelPins(), fs)).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(counts(after, fs)).isEqualTo(COUNTS);
    }

    @Test
    void keepsAMapInSeveralSlotsAsOneMap() throws IOException {
        PinnedCounts.create(READ_BEFORE, fs);
        RawMap raw = Objects.requireNonNull(new KernelPins().open(fs.pin("tenant"), MapAccess.READ_WRITE));
        RawMap first =
                Objects.requireNonNull(new KernelPins().open(paths(fs, "tenant").inner("1"), MapAccess.READ_WRITE));
        RawSlots.put(raw, 9, first);

        new KernelPins().pin(first, paths(fs, "tenant").inner("9"), PinOptions.defaults());
        first.close();
        raw.close();

        assertThat(migrate(READ_AFTER, new KernelPins(), fs)).isEqualTo(new Upgrades.Done(true, 3));
        assertThat(counts(READ_AFTER, fs)).containsEntry(9, COUNTS.get(1)).hasSize(4);
        assertThat(id("1")).isEqualTo(id("9")).isNotEqualTo(id("2"));
    }

    @Test
    void countsEntriesThatAnLruTableEvicts() {
        StructType count = struct("flow", new Member("packets", Scalar.U64));
        MapDef before =
                new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4096, MapFlags.RDONLY_PROG, Scalar.U32, count, null);
        MapDef after = new MapDef(
                "total", MapRole.PLAIN, MapKind.LRU_HASH, 256, MapFlags.RDONLY_PROG, Scalar.U32, count, null);
        RawMap total = new KernelMapFactory().create(MapShape.of(before), null);
        for (int key = 0; key < 1000; key++) {
            RawSlots.putEntry(total, key, 0);
        }
        pin(plain(before), total);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(run(plain(after), new KernelPins(), fs, "total").done()).isTrue();
            assertThat(log.only())
                    .containsPattern("has copied 1000 entries, and the new LRU map has evicted [7-9][0-9]{2} of them");
        }
    }

    /** It would lose its last entries. */
    @Test
    void aPlainArrayThatGetsShorterWaits() throws IOException {
        keepsWhole(
                new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 64, 0, Scalar.U32, FLOW, null),
                new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 32, 0, Scalar.U32, MORE, null));
    }

    @Test
    void aMapWhoseEntriesCanNotBeReadWaits() throws IOException {
        keepsWhole(
                new MapDef("total", MapRole.PLAIN, MapKind.QUEUE, 8, 0, null, FLOW, null),
                new MapDef("total", MapRole.PLAIN, MapKind.QUEUE, 8, 0, null, MORE, null));
    }

    @Test
    void aPlainMapWhoseEntriesHaveNoRoomWaits() throws IOException {
        MapDef before =
                new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, MapFlags.RDONLY_PROG, Scalar.U32, Scalar.U64, null);
        MapDef after =
                new MapDef("total", MapRole.PLAIN, MapKind.HASH, 1, MapFlags.RDONLY_PROG, Scalar.U32, Scalar.U64, null);
        RawMap total = new KernelMapFactory().of(before).create(MapShape.of(before), null);
        for (int key = 0; key < 8; key++) {
            RawSlots.putEntry(total, key, 0);
        }
        keepsWhole(before, after, total);
        try (RawMap created = Objects.requireNonNull(new KernelPins().open(fs.pin("total"), MapAccess.READ_ONLY))) {
            assertThat(BatchScan.countEntries(created))
                    .as("entries of the new map")
                    .isZero();
        }
    }

    private void keepsWhole(MapDef before, MapDef after) throws IOException {
        keepsWhole(before, after, new KernelMapFactory().of(before).create(MapShape.of(before), null));
    }

    private void keepsWhole(MapDef before, MapDef after, RawMap total) throws IOException {
        int id = total.id();
        pin(plainOf(before), total);

        assertThat(run(plainOf(after), new KernelPins(), fs, "total").done()).isTrue();

        assertThat(fs.content()).contains("total-retired-" + id + "/0-" + id, "total-retired-" + id + "/schema");
        try (RawMap created = Objects.requireNonNull(new KernelPins().open(fs.pin("total"), MapAccess.READ_ONLY))) {
            assertThat(created.id()).isNotEqualTo(id);
        }
        run(plainOf(before), new KernelPins(), fs, "total");
        assertThat(fs.content()).as("the way back").contains("total-retired-" + id + "/0-" + id);
    }

    /** An outer map becomes a plain one, and the reverse. */
    @Test
    void aMapOfAnotherRoleWaits() throws IOException {
        MapDef plain = new MapDef("tenant", MapRole.PLAIN, MapKind.HASH, 8, 0, Scalar.U32, FLOW, null);
        PinnedCounts.create(READ_BEFORE, fs);

        assertThat(migrate(plainOf(plain), new KernelPins(), fs).done()).isTrue();

        assertThat(fs.content())
                .filteredOn(pin -> pin.matches("tenant-retired-[0-9]+/[123]-[0-9]+"))
                .hasSize(3);
        assertThat(fs.content()).contains("tenant").doesNotContain("tenant-inner/1");

        assertThat(migrate(READ_BEFORE, new KernelPins(), fs).done()).isTrue();

        assertThat(fs.content())
                .filteredOn(pin -> pin.matches("tenant-retired-[0-9]+/[0-3]-[0-9]+"))
                .hasSize(4);
        assertThat(counts(READ_BEFORE, fs)).isEmpty();
    }

    /** Another process has upgraded the map after this one has read the text, and before it owns the set. */
    @Test
    void doesNotReadAMapUnderTheTextOfAnotherOne() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        PinnedMapMigrator late =
                Upgrades.migrator(AFTER, AFTER, "tenant", new ClaimedPin(new KernelPins(), paths(fs, "tenant")));
        assertThat(late.isNeeded()).isTrue();
        migrate(
                schema(MapKind.HASH, Scalar.U32, struct("flow", new Member("packets", Scalar.U64)), 16),
                new KernelPins(),
                fs);
        List<String> pins = fs.content();

        try (Pins.Lock owned = late.claimed().own();
                Generation next = PinnedMapMigrator.next("load", late.claimed(), List.of(late))) {
            assertThat(owned).isNotNull();
            assertBpfException(() -> late.prepare(true, new HashMap<>(), next), "load the object again");
        }
        assertThat(fs.content()).isEqualTo(pins);
    }

    @Test
    void doesNothingIfNothingIsPinned() throws IOException {
        assertThat(migrate(READ_AFTER, new KernelPins(), fs)).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(fs.content()).isEmpty();
    }

    @Test
    void keepsTheKeysOfSlotsWhateverTheyAreCalledAndSaysSo() throws IOException {
        PinnedCounts.create(keyCalled("id", BEFORE), fs);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(migrate(keyCalled("vlan", AFTER), new KernelPins(), fs).done())
                    .isTrue();
            assertThat(log.only()).contains("the key of tenant was called id and is called vlan");
        }
    }

    private static Schema keyCalled(String name, Schema schema) {
        return schema.withMeanings(List.of(new FieldMeaning.Component("map tenant", "key", name)));
    }

    /** The new outer map has the same keys, as far as it can have them. */
    @Test
    void whatDoesNotConvertWaits() throws IOException {
        StructType less = struct("flow", new Member("packets", Scalar.U64));
        Schema removed = schema(MapKind.HASH, Scalar.U32, less, 16);
        for (Schema other : List.of(
                removed,
                schema(MapKind.HASH, Scalar.U64, MORE, 16),
                schema(MapKind.ARRAY, Scalar.U32, MORE, 16),
                schema(MapKind.ARRAY_OF_MAPS, MapKind.HASH, Scalar.U32, MORE, 16))) {
            PinnedCounts.create(BEFORE, fs);

            assertThat(migrate(other, new KernelPins(), fs).done()).isTrue();

            assertThat(fs.content())
                    .filteredOn(pin -> pin.matches("tenant-retired-[0-9]+/[123]-[0-9]+"))
                    .hasSize(3);
            mountAnew();
        }
        PinnedCounts.create(READ_BEFORE, fs);
        Schema givenUp = PinnedCounts.readOnly(PinnedCounts.givingUp(removed, "bytes"));
        assertThat(migrate(givenUp, new KernelPins(), fs).done()).isTrue();
        assertThat(counts(givenUp, fs)).isEqualTo(COUNTS);
    }

    /** Its files would get names in the new generation, as far as this version knows them. */
    @Test
    void changesNothingInASetOfANewerFormat() throws IOException {
        PinnedCounts.create(READ_BEFORE, fs);
        new KernelPins().createDirectory(fs.path("format-2"), PinOptions.defaults());
        List<String> content = fs.content();

        assertThatThrownBy(() -> migrate(READ_AFTER, new KernelPins(), fs))
                .hasMessageContaining("this version of Nestmap knows only format 1");

        assertThat(fs.content()).isEqualTo(content);
    }

    @Test
    void leavesForeignFilesWhereTheyAre() throws IOException {
        PinnedCounts.create(READ_BEFORE, fs);
        RawMap foreign = new KernelMapFactory().create(MapShape.of(BEFORE.maps().get(0)), null);
        List<String> files = List.of("tenant-draining/notes", "tenant-inner/notes", "notes");
        files.forEach(file -> new KernelPins().pin(foreign, fs.pin(file), PinOptions.defaults()));
        foreign.close();
        Files.createSymbolicLink(fs.pin("tenant-inner/77"), Path.of("notes")); // a key without a slot

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(migrate(READ_AFTER, new KernelPins(), fs).maps()).isEqualTo(3);

            assertThat(log.messages())
                    .extracting(message -> message.substring(0, message.indexOf(':')))
                    .containsExactlyInAnyOrder(
                            "Nestmap ignores " + fs.pin("tenant-draining/notes") + " and leaves it where it is",
                            "Nestmap ignores " + fs.pin("tenant-inner/77") + " and leaves it where it is");
        }
        assertThat(fs.content()).containsAll(files).contains("tenant-inner/77");
        assertThat(counts(READ_AFTER, fs)).isEqualTo(COUNTS);
    }

    @Test
    void changesNothingIfAForeignFileCanNotStay() throws IOException {
        PinnedCounts.create(READ_BEFORE, fs);
        RawMap foreign = new KernelMapFactory().create(MapShape.of(BEFORE.maps().get(0)), null);
        new KernelPins().pin(foreign, fs.pin("tenant-inner/others/notes"), PinOptions.defaults());
        foreign.close();
        requireUnchanged("is not a file of Nestmap");
        new KernelPins().remove(fs.pin("tenant-inner/others/notes"));
        new KernelPins().removeDirectory(fs.pin("tenant-inner/others"));

        Files.delete(fs.pin("tenant-inner/1"));
        Files.createSymbolicLink(fs.pin("tenant-inner/1"), Path.of("2"));
        requireUnchanged(fs.pin("tenant-inner/1") + ": the path is a symbolic link");
    }

    private void requireUnchanged(String reason) throws IOException {
        List<String> content = fs.content();

        assertThatThrownBy(() -> migrate(READ_AFTER, new KernelPins(), fs)).hasMessageContaining(reason);

        assertThat(fs.content()).isEqualTo(content);
    }

    /** The state after a process ended before the kernel took the map out of its slot. */
    @Test
    void unpinsMapsThatWereNotDisplaced() throws IOException {
        PinnedCounts.create(READ_BEFORE, fs);
        RawMap current =
                Objects.requireNonNull(new KernelPins().open(paths(fs, "tenant").inner("1"), MapAccess.READ_WRITE));
        new KernelPins().pin(current, fs.pin("tenant-draining/1-" + current.id()), PinOptions.defaults());
        current.close();

        assertThat(migrate(READ_AFTER, new KernelPins(), fs).maps()).isEqualTo(3);

        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
        assertThat(counts(READ_AFTER, fs)).isEqualTo(COUNTS);
    }

    /** Two old keys would be one new key. */
    @Test
    void keysConvertOrTheMapWaits() throws IOException {
        StructType key = struct("flow_key", new Member("port", Scalar.U16), new Member("protocol", Scalar.U8));
        StructType longer = struct("flow_key", new Member("protocol", Scalar.U32), new Member("port", Scalar.U32));
        plain(key, 0x0001_0007, 0x0002_0007);
        Schema wider = plainSchema(longer);

        assertThat(run(wider, new KernelPins(), fs, "total").done()).isTrue();
        List<Long> ports = values(wider, longer, "port");
        assertThat(ports).containsExactly(7L, 7L);
        assertThat(values(wider, longer, "protocol")).containsExactlyInAnyOrder(1L, 2L);

        StructType bare = struct("flow_key", new Member("port", Scalar.U32));
        Schema withoutProtocol = PinnedCounts.givingUp(plainSchema(bare), "protocol");
        assertThat(run(withoutProtocol, new KernelPins(), fs, "total").done()).isTrue();
        assertThat(values(withoutProtocol, bare, "port")).isEmpty();
        assertThat(fs.content())
                .filteredOn(pin -> pin.matches("total-retired-[0-9]+/0-[0-9]+"))
                .hasSize(1);
    }

    /** The text says of which version the map is, although the kernel has no BTF of it. */
    @Test
    void migratesAPlainMapWithoutBtfOnce() {
        StructType key = struct("flow_key", new Member("a", Scalar.U16), new Member("b", Scalar.U16));
        plain(key, 1);
        StructType turned = struct("flow_key", new Member("b", Scalar.U16), new Member("a", Scalar.U16));

        assertThat(run(plainSchema(turned), new KernelPins(), fs, "total").done())
                .isTrue();
        assertThat(run(plainSchema(turned), new KernelPins(), fs, "total")).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(values(plainSchema(turned), turned, "a")).containsExactly(1L);
    }

    @Test
    void migratesMembersThatChangedPlaces() {
        StructType oldValue = struct("pair", new Member("a", Scalar.U64), new Member("b", Scalar.U64));
        StructType newValue = struct("pair", new Member("b", Scalar.U64), new Member("a", Scalar.U64));
        MapDef written =
                new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, MapFlags.RDONLY_PROG, Scalar.U32, oldValue, null);
        MapDef turned =
                new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, MapFlags.RDONLY_PROG, Scalar.U32, newValue, null);
        RawMap total = new KernelMapFactory().of(written).create(MapShape.of(written), null);
        OffHeapBlock entry = OffHeapBlock.allocate(8 + 16);
        entry.bytes().putLong(8, 5).putLong(16, 700);
        assertThat(total.update(entry, 0, 8, 0)).isZero();
        pin(plain(written), total);
        assertThat(opens(written)).as("the map of the old version").isTrue();

        assertThat(run(plain(turned), new KernelPins(), fs, "total").done()).isTrue();

        assertThat(run(plain(turned), new KernelPins(), fs, "total")).isEqualTo(Upgrades.Done.NOTHING);
        RawMap now = Objects.requireNonNull(new KernelPins().open(fs.pin("total"), MapAccess.READ_ONLY));
        assertThat(now.lookup(entry, 0, 8)).isZero();
        assertThat(entry.bytes().getLong(8)).isEqualTo(700);
        assertThat(entry.bytes().getLong(16)).isEqualTo(5);
        assertThat(now.types()).isEqualTo(new EntryCTypes(Scalar.U32, newValue));
        now.close();
        assertThat(opens(turned)).as("the result of the migration").isTrue();
    }

    /** Pins a plain map with its text, and closes it. */
    private void pin(Schema schema, RawMap total) {
        ExistingMapFinder maps = new ExistingMapFinder(schema, schema, new KernelMapFactory(), new KernelPins());
        new MapPins(maps, schema.maps().get(0), paths(fs, "total")).pin(total, paths(fs, "total"));
        total.close();
    }

    private boolean opens(MapDef total) {
        ExistingMapFinder maps =
                new ExistingMapFinder(plain(total), plain(total), new KernelMapFactory(), new KernelPins());
        Found found = maps.find(total, paths(fs, "total"));
        if (found != null) {
            found.map().close();
        }
        return found != null;
    }

    private void plain(StructType key, int... keys) {
        RawMap total = new KernelMapFactory()
                .create(MapShape.of(plainSchema(key).maps().get(0)), null);
        for (int bytes : keys) {
            RawSlots.putEntry(total, bytes, 0);
        }
        pin(plainSchema(key), total);
    }

    private List<Long> values(Schema schema, StructType key, String component) {
        RawMap total = Objects.requireNonNull(
                        new ExistingMapFinder(schema, schema, new KernelMapFactory(), new KernelPins())
                                .find(schema.maps().get(0), paths(fs, "total")))
                .map();
        List<Long> values = new ArrayList<>();
        for (BatchScan scan = new BatchScan(total); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                values.add(new OldVersionValue(
                                key, scan.batch().memory().bytes(), scan.batch().keyAt(i))
                        .number(component));
            }
        }
        total.close();
        return values;
    }

    private int id(String tenant) {
        RawMap map =
                Objects.requireNonNull(new KernelPins().open(paths(fs, "tenant").inner(tenant), MapAccess.READ_ONLY));
        map.close();
        return map.id();
    }

    private static Schema plain(MapDef total) {
        return new Schema(
                "com.acme.Network", "network", List.of(), List.of((StructType) total.value()), List.of(total));
    }

    private static Schema plainOf(MapDef map) {
        List<NamedType> types = map.value() instanceof StructType struct ? List.of(struct) : List.of();
        return new Schema("com.acme.Network", "network", List.of(), types, List.of(map));
    }

    private static Schema plainSchema(StructType key) {
        MapDef total = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, MapFlags.RDONLY_PROG, key, Scalar.U64, null);
        return new Schema("com.acme.Network", "network", List.of(), List.of(key), List.of(total));
    }
}
