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

import dev.nestmap.runtime.error.Errno;
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
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pinned maps of a previous version are migrated in the kernel, or left as they were. */
@KernelTest
class KernelMigrationTest extends PinningTest {
    @ParameterizedTest
    @CsvSource({
        "HASH_OF_MAPS, HASH", "HASH_OF_MAPS, LRU_HASH", "HASH_OF_MAPS, PERCPU_HASH", "HASH_OF_MAPS, LRU_PERCPU_HASH",
        "HASH_OF_MAPS, ARRAY", "HASH_OF_MAPS, PERCPU_ARRAY", "ARRAY_OF_MAPS, HASH", "ARRAY_OF_MAPS, PERCPU_ARRAY"
    })
    void copiesAnOuterMapToTheNewLayout(MapKind outer, MapKind kind) throws IOException {
        Schema before = schema(outer, kind, Scalar.U32, FLOW, 16);
        Schema after = schema(outer, kind, Scalar.U32, MORE, 16);
        PinnedCounts.create(before, fs);
        List<String> pins = fs.content();

        Upgrades.Done migrated = migrate(before, after, new KernelPins(), fs);

        assertThat(migrated.done()).isTrue();
        assertThat(migrated.maps()).isEqualTo(3);
        assertThat(counts(after, fs)).isEqualTo(COUNTS);
        assertThat(accepts(before, fs)).isFalse();
        assertThat(fs.content()).filteredOn(pin -> !pin.endsWith("-draining")).isEqualTo(pins);
        assertThat(migrate(before, after, new KernelPins(), fs)).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(counts(after, fs)).isEqualTo(COUNTS);
    }

    @Test
    void keepsAMapInSeveralSlotsAsOneMap() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        RawMap raw = Objects.requireNonNull(new KernelPins().open(fs.pin("tenant"), MapAccess.READ_WRITE));
        RawMap first =
                Objects.requireNonNull(new KernelPins().open(paths(fs, "tenant").inner("1"), MapAccess.READ_WRITE));
        RawSlots.put(raw, 9, first);

        new KernelPins().pin(first, paths(fs, "tenant").inner("9"), PinOptions.defaults());
        first.close();
        raw.close();

        assertThat(migrate(BEFORE, AFTER, new KernelPins(), fs)).isEqualTo(new Upgrades.Done(true, 3));
        assertThat(counts(AFTER, fs)).containsEntry(9, COUNTS.get(1)).hasSize(4);
        assertThat(id("1")).isEqualTo(id("9")).isNotEqualTo(id("2"));
    }

    @Test
    void countsEntriesThatAnLruTableEvicts() {
        StructType count = struct("flow", new Member("packets", Scalar.U64));
        MapDef before = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 4096, 0, Scalar.U32, count, null);
        MapDef after = new MapDef("total", MapRole.PLAIN, MapKind.LRU_HASH, 256, 0, Scalar.U32, count, null);
        RawMap total = new KernelMapFactory().create(MapShape.of(before), null);
        for (int key = 0; key < 1000; key++) {
            RawSlots.putEntry(total, key, 0);
        }
        pin(plain(before), total);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(run(PinnedCounts.from(plain(before)), plain(after), new KernelPins(), fs, "total")
                            .done())
                    .isTrue();
            assertThat(log.only())
                    .containsPattern("has copied 1000 entries, and the new LRU map has evicted [7-9][0-9]{2} of them");
        }
    }

    @Test
    void aShorterPlainArrayIsRejectedBeforeAnotherMapIsMigrated() throws IOException {
        MapDef before = new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 64, 0, Scalar.U32, FLOW, null);
        MapDef after = new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 32, 0, Scalar.U32, MORE, null);
        pin(before);

        PinnedMapMigrator migration =
                PinnedCounts.migrator(PinnedCounts.from(plain(before)), plain(after), new KernelPins(), fs, "total");

        assertBpfException(() -> Upgrades.run(migration, false), "its length shrinks from 64 to 32");
    }

    @Test
    void leavesAMapWhoseEntriesCannotBeCopied() throws IOException {
        MapDef before = new MapDef("total", MapRole.PLAIN, MapKind.QUEUE, 8, 0, null, FLOW, null);
        MapDef after = new MapDef("total", MapRole.PLAIN, MapKind.QUEUE, 8, 0, null, MORE, null);
        pin(before);

        Migration how = PinnedCounts.from(plain(before));
        assertBpfException(
                () -> run(how, plain(after), new KernelPins(), fs, "total"), "a read takes an element out of a QUEUE");
        assertThat(fs.content()).contains("total");
        assertThat(opens(before)).isTrue();
    }

    @Test
    void leavesNoPinsIfItFailsHalfway() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        List<String> pins = new ArrayList<>(fs.content());
        Migration how = PinnedCounts.from(BEFORE).compute("flow", "drops", old -> 7 / (old.number("packets") - 7));

        assertBpfException(() -> run(how, AFTER, new KernelPins(), fs, "tenant"))
                .onMap("flow_map")
                .hasCauseInstanceOf(ArithmeticException.class);

        pins.add("owner");
        assertThat(fs.content()).containsExactlyInAnyOrderElementsOf(new HashSet<>(pins));
        assertThat(counts(BEFORE, fs)).isEqualTo(COUNTS);
    }

    @Test
    void doesNothingIfNothingIsPinned() throws IOException {
        assertThat(migrate(BEFORE, AFTER, new KernelPins(), fs)).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(fs.content()).isEmpty();
    }

    @Test
    void leavesMapsThatItCannotMigrateUnchanged() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        StructType less = struct("flow", new Member("packets", Scalar.U64));
        Schema removed = schema(MapKind.HASH, Scalar.U32, less, 16);

        assertBpfException(() -> migrate(BEFORE, removed, new KernelPins(), fs), "flow.bytes is no longer declared");
        assertThatThrownBy(() -> run(PinnedCounts.from(AFTER), AFTER, new KernelPins(), fs, "tenant"))
                .hasMessageContaining("of neither version");
        assertThatThrownBy(() -> migrate(BEFORE, schema(MapKind.HASH, Scalar.U64, MORE, 16), new KernelPins(), fs))
                .hasMessageContaining(
                        "tenant was a HASH_OF_MAPS with keys __u32 and is a HASH_OF_MAPS with keys __u64",
                        "keep the type and the keys of the outer map, or pin the new version under another name");
        assertBpfException(() -> migrate(BEFORE, schema(MapKind.HASH, Scalar.U32, MORE, 2), new KernelPins(), fs))
                .hasErrno(Errno.E2BIG);
        assertThat(accepts(BEFORE, fs)).isTrue();
        assertThat(counts(BEFORE, fs)).isEqualTo(COUNTS);

        Schema givenUp = PinnedCounts.givingUp(removed, "bytes");
        assertThat(migrate(BEFORE, givenUp, new KernelPins(), fs).done()).isTrue();
        assertThat(counts(removed, fs)).isEqualTo(COUNTS);
    }

    /** Its files would get names in the new generation, as far as this version knows them. */
    @Test
    void changesNothingInASetOfANewerFormat() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        new KernelPins().createDirectory(fs.path("format-2"), PinOptions.defaults());
        List<String> content = fs.content();

        assertThatThrownBy(() -> migrate(BEFORE, AFTER, new KernelPins(), fs))
                .hasMessageContaining("this version of Nestmap knows only format 1");

        assertThat(fs.content()).isEqualTo(content);
    }

    @Test
    void leavesForeignFilesWhereTheyAre() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        RawMap foreign = new KernelMapFactory().create(MapShape.of(BEFORE.maps().get(0)), null);
        List<String> files = List.of("tenant-draining/notes", "tenant-inner/notes", "notes");
        files.forEach(file -> new KernelPins().pin(foreign, fs.pin(file), PinOptions.defaults()));
        foreign.close();

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(migrate(BEFORE, AFTER, new KernelPins(), fs).maps()).isEqualTo(3);

            assertThat(log.only())
                    .startsWith("Nestmap ignores " + fs.pin("tenant-draining/notes") + " and leaves it where it is");
        }
        assertThat(fs.content()).containsAll(files);
        assertThat(counts(AFTER, fs)).isEqualTo(COUNTS);
    }

    /** The state after a process ended before the kernel took the map out of its slot. */
    @Test
    void unpinsMapsThatWereNotDisplaced() throws IOException {
        PinnedCounts.create(BEFORE, fs);
        RawMap current =
                Objects.requireNonNull(new KernelPins().open(paths(fs, "tenant").inner("1"), MapAccess.READ_WRITE));
        new KernelPins().pin(current, fs.pin("tenant-draining/1-" + current.id()), PinOptions.defaults());
        current.close();

        assertThat(migrate(BEFORE, AFTER, new KernelPins(), fs).maps()).isEqualTo(3);

        assertThat(fs.content()).noneMatch(pin -> pin.startsWith("tenant-draining/"));
        assertThat(counts(AFTER, fs)).isEqualTo(COUNTS);
    }

    @Test
    void changesKeysWithAFunctionAndRejectsEqualNewKeys() throws IOException {
        StructType key = struct("flow_key", new Member("port", Scalar.U16), new Member("protocol", Scalar.U8));
        StructType longer = struct("flow_key", new Member("protocol", Scalar.U32), new Member("port", Scalar.U32));
        plain(key, 0x0001_0007, 0x0002_0007);
        Schema wider = plainSchema(longer);

        assertThat(run(PinnedCounts.from(plainSchema(key)), wider, new KernelPins(), fs, "total")
                        .done())
                .isTrue();
        List<Long> ports = values(wider, longer, "port");
        assertThat(ports).containsExactly(7L, 7L);
        assertThat(values(wider, longer, "protocol")).containsExactlyInAnyOrder(1L, 2L);

        StructType bare = struct("flow_key", new Member("port", Scalar.U32));
        Schema withoutProtocol = PinnedCounts.givingUp(plainSchema(bare), "protocol");
        assertThatThrownBy(() -> run(PinnedCounts.from(wider), withoutProtocol, new KernelPins(), fs, "total"))
                .hasMessageContaining("same new key");
        assertThat(values(wider, longer, "port")).containsExactly(7L, 7L);
        Migration apart = PinnedCounts.from(wider)
                .compute("flow_key", "port", old -> old.number("port") + 1000 * old.number("protocol"));
        run(apart, withoutProtocol, new KernelPins(), fs, "total");
        assertThat(values(plainSchema(bare), bare, "port")).containsExactlyInAnyOrder(1007L, 2007L);
    }

    /** The text says of which version the map is, although the kernel has no BTF of it. */
    @Test
    void migratesAPlainMapWithoutBtfOnce() {
        StructType key = struct("flow_key", new Member("a", Scalar.U16), new Member("b", Scalar.U16));
        plain(key, 1);
        StructType turned = struct("flow_key", new Member("b", Scalar.U16), new Member("a", Scalar.U16));
        Migration how = PinnedCounts.from(plainSchema(key));

        assertThat(run(how, plainSchema(turned), new KernelPins(), fs, "total").done())
                .isTrue();
        assertThat(run(how, plainSchema(turned), new KernelPins(), fs, "total")).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(values(plainSchema(turned), turned, "a")).containsExactly(1L);
    }

    @Test
    void migratesMembersThatChangedPlaces() {
        StructType oldValue = struct("pair", new Member("a", Scalar.U64), new Member("b", Scalar.U64));
        StructType newValue = struct("pair", new Member("b", Scalar.U64), new Member("a", Scalar.U64));
        MapDef written = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, 0, Scalar.U32, oldValue, null);
        MapDef turned = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, 0, Scalar.U32, newValue, null);
        RawMap total = new KernelMapFactory().of(written).create(MapShape.of(written), null);
        OffHeapBlock entry = OffHeapBlock.allocate(8 + 16);
        entry.bytes().putLong(8, 5).putLong(16, 700);
        assertThat(total.update(entry, 0, 8, 0)).isZero();
        pin(plain(written), total);
        assertThat(opens(written)).as("the map of the old version").isTrue();
        Migration how = PinnedCounts.from(plain(written));

        assertThat(run(how, plain(turned), new KernelPins(), fs, "total").done())
                .isTrue();

        assertThat(run(how, plain(turned), new KernelPins(), fs, "total")).isEqualTo(Upgrades.Done.NOTHING);
        RawMap now = Objects.requireNonNull(new KernelPins().open(fs.pin("total"), MapAccess.READ_ONLY));
        assertThat(now.lookup(entry, 0, 8)).isZero();
        assertThat(entry.bytes().getLong(8)).isEqualTo(700);
        assertThat(entry.bytes().getLong(16)).isEqualTo(5);
        assertThat(now.types()).isEqualTo(new EntryCTypes(Scalar.U32, newValue));
        now.close();
        assertThat(opens(turned)).as("the result of the migration").isTrue();
    }

    private void pin(MapDef total) {
        pin(plain(total), new KernelMapFactory().of(total).create(MapShape.of(total), null));
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

    private static Schema plainSchema(StructType key) {
        MapDef total = new MapDef("total", MapRole.PLAIN, MapKind.HASH, 8, 0, key, Scalar.U64, null);
        return new Schema("com.acme.Network", "network", List.of(), List.of(key), List.of(total));
    }
}
