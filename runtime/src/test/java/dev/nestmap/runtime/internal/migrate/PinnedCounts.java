/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.OtherVersions.Reader;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfFs;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.PinNames;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.PinnedMapText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A pinned outer map whose inner maps count packets, in an old and a new layout. */
final class PinnedCounts {
    private static final long ENTRIES = 64;
    static final StructType FLOW = struct("flow", new Member("packets", Scalar.U64), new Member("bytes", Scalar.U64));
    static final StructType MORE = struct(
            "flow",
            new Member("bytes", Scalar.U64),
            new Member("packets", Scalar.U64),
            new Member("drops", Scalar.U64));
    static final Schema BEFORE = schema(MapKind.HASH, Scalar.U32, FLOW, 16);
    static final Schema AFTER = schema(MapKind.HASH, Scalar.U32, MORE, 16);
    static final Map<Integer, Map<Integer, Long>> COUNTS =
            Map.of(1, Map.of(10, 5L, 11, 0xffff_ffffL), 2, Map.of(10, 7L), 3, Map.of());

    private PinnedCounts() {}

    static Upgrades.Done migrate(Schema after, Pins pins, BpfFs fs) {
        return run(after, pins, fs, "tenant");
    }

    static Upgrades.Done run(Schema after, Pins pins, BpfFs fs, String map) {
        return Upgrades.run(migrator(after, pins, fs, map), true);
    }

    static PinnedMapMigrator migrator(Schema after, Pins pins, BpfFs fs, String map) {
        return Upgrades.migrator(after, after, map, new ClaimedPin(pins, paths(fs, map)));
    }

    /** The same maps, to whose entries programs can't write, so that a load copies them. */
    static Schema readOnly(Schema schema) {
        return schema.withMaps(schema.maps().stream()
                .map(map -> map.role() == MapRole.INNER
                        ? new MapDef(
                                map.name(),
                                map.role(),
                                map.kind(),
                                map.maxEntries(),
                                MapFlags.RDONLY_PROG,
                                map.key(),
                                map.value(),
                                null)
                        : map)
                .toList());
    }

    static PinPaths paths(BpfFs fs, String map) {
        return new PinPaths(fs.pin(map), PinOptions.defaults(), MapAccess.READ_WRITE);
    }

    /** Creates and pins an outer map with the counts. */
    static void create(Schema schema, BpfFs fs) {
        create(schema, fs, "tenant");
    }

    static void create(Schema schema, BpfFs fs, String pin) {
        RawMap raw = createOuter(schema, fs, "tenant", pin);
        COUNTS.forEach((tenant, flows) -> {
            RawMap inner = inner(schema);
            flows.forEach((key, packets) -> put(inner, schema, key, packets));
            putAt(fs, pin, raw, tenant, inner);
            inner.close();
        });
        raw.close();
    }

    static RawMap createOuter(Schema schema, BpfFs fs, String map) {
        return createOuter(schema, fs, map, map);
    }

    private static RawMap createOuter(Schema schema, BpfFs fs, String map, String pin) {
        KernelPins pins = new KernelPins();
        new ObjectlessMapOpener(new ExistingMapFinder(schema, schema, new KernelMapFactory(), pins))
                .create(schema.map(map).orElseThrow(), fs.pin(pin), PinOptions.defaults(), true)
                .map()
                .close();
        return Objects.requireNonNull(pins.open(fs.pin(pin), MapAccess.READ_WRITE));
    }

    /** Puts an inner map into a slot, and pins it. */
    static void putAt(BpfFs fs, String map, RawMap outer, int key, RawMap inner) {
        new KernelPins().pin(inner, paths(fs, map).inner(String.valueOf(key)), PinOptions.defaults());
        RawSlots.put(outer, key, inner);
    }

    /** Creates an inner map with one count. */
    static RawMap inner(Schema schema, int key, long packets) {
        RawMap inner = inner(schema);
        put(inner, schema, key, packets);
        return inner;
    }

    /** Creates an inner map with BTF types, as Linux 6.1 requires beside a prototype that has some. */
    private static RawMap inner(Schema schema) {
        MapDef definition = schema.innerOf(schema.map("tenant").orElseThrow());
        return new KernelMapFactory().of(definition).create(MapShape.of(definition), null);
    }

    private static void put(RawMap inner, Schema schema, int key, long packets) {
        StructType type =
                (StructType) Objects.requireNonNull(schema.maps().get(0).value());
        OffHeapBlock entry = OffHeapBlock.allocate(8 + inner.valueBytes());
        entry.bytes().putInt(0, key);
        int size = (int) type.size();
        int at = 8 + (inner.valueBytes() / size - 1) * size; // of CPUs the last one
        NumberField.of(type.fields().get(0)).orElseThrow().writeLong(entry.bytes(), at, packets);
        assertThat(inner.update(entry, 0, 8, 0)).isZero();
    }

    /** What the pins hold, by a handle that found them to be as declared. */
    static Map<Integer, Map<Integer, Long>> counts(Schema schema, BpfFs fs) {
        KernelPins pins = new KernelPins();
        MapDef outer = schema.map("tenant").orElseThrow();
        RawMap raw = Objects.requireNonNull(new ExistingMapFinder(schema, schema, new KernelMapFactory(), pins)
                        .find(outer, paths(fs, "tenant")))
                .map();
        Map<Integer, Map<Integer, Long>> all = new TreeMap<>();
        for (BatchScan scan = new BatchScan(raw); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                int tenant = scan.batch().memory().bytes().getInt(scan.batch().keyAt(i));
                RawMap inner = Objects.requireNonNull(
                        pins.open(paths(fs, "tenant").inner(String.valueOf(tenant)), MapAccess.READ_ONLY));
                assertThat(inner.id()).isEqualTo(scan.batch().innerId(i));
                all.put(
                        tenant,
                        packets(
                                inner,
                                Objects.requireNonNull(schema.innerOf(outer).value())));
                inner.close();
            }
        }
        raw.close();
        return all;
    }

    private static Map<Integer, Long> packets(RawMap inner, CType value) {
        Map<Integer, Long> packets = new TreeMap<>();
        int size = (int) value.size();
        for (BatchScan scan = new BatchScan(inner); scan.next(); ) {
            for (int i = 0; i < scan.batch().count(); i++) {
                long sum = 0;
                for (int at = 0; at < inner.valueBytes(); at += size) {
                    sum += new OldVersionValue(
                                    value,
                                    scan.batch().memory().bytes(),
                                    scan.batch().valueAt(i) + at)
                            .number("packets");
                }
                if (sum != 0) { // an array has all entries
                    packets.put(
                            scan.batch().memory().bytes().getInt(scan.batch().keyAt(i)), sum);
                }
            }
        }
        return packets;
    }

    /** The sums of the maps that wait, by the slots that they were in, as a drain of a version reads them. */
    static Map<Integer, Map<Integer, Long>> drained(BpfFs fs, String map, Schema schema) {
        KernelPins pins = new KernelPins();
        PinPaths paths = paths(fs, map);
        String outer = schema.map(map).isPresent() ? map : "tenant"; // also at another pin
        CType value = Objects.requireNonNull(
                schema.innerOf(schema.map(outer).orElseThrow()).value());
        PinnedMapMigrator versions = Upgrades.migrator(schema, schema, outer, new ClaimedPin(pins, paths));
        Map<Integer, Map<Integer, Long>> sums = new TreeMap<>();
        for (Path pin : pins.list(paths.draining())) {
            try (RawMap waiting = Objects.requireNonNull(pins.open(pin, MapAccess.READ_ONLY))) {
                add(pin, waiting, value, sums);
            }
        }
        for (Path group : paths.drainingGroups(pins)) {
            Path text = group.resolve(PinNames.GROUP_SCHEMA);
            Reader reader;
            try {
                reader = versions.of(PinnedMapText.parse(Objects.requireNonNull(pins.read(text))));
            } catch (BpfException e) {
                assertThat(e.reason()).isEqualTo(Reason.MISMATCH);
                continue; // it waits for another version
            }
            for (Path pin : pins.list(group)) {
                if (!pin.equals(text)) {
                    try (RawMap waiting = Objects.requireNonNull(pins.open(pin, MapAccess.READ_WRITE));
                            RawMap read = reader.read(waiting).map()) {
                        add(pin, read, value, sums);
                    }
                }
            }
        }
        return sums;
    }

    private static void add(Path pin, RawMap waiting, CType value, Map<Integer, Map<Integer, Long>> sums) {
        int slot = Integer.parseInt(String.valueOf(pin.getFileName()).replaceFirst("-.*", ""));
        assertThat(waiting.shape().maxEntries()).isEqualTo(ENTRIES);
        assertThat(waiting.shape().valueSize()).isEqualTo((int) value.size());
        Map<Integer, Long> sum = sums.computeIfAbsent(slot, any -> new TreeMap<>());
        packets(waiting, value).forEach((key, packets) -> sum.merge(key, packets, Long::sum));
    }

    static boolean accepts(Schema schema, BpfFs fs) {
        return accepts(schema, fs, "tenant");
    }

    static boolean accepts(Schema schema, BpfFs fs, String map) {
        MapDef outer = schema.map(map).orElseThrow();
        ExistingMapFinder maps = new ExistingMapFinder(schema, schema, new KernelMapFactory(), new KernelPins());
        return refusal(() -> Objects.requireNonNull(maps.find(outer, paths(fs, map)))
                        .map()
                        .close())
                .isEmpty();
    }

    /** Adds an outer map with the same inner maps. */
    static Schema withSite(Schema schema) {
        MapDef site = new MapDef("site", MapRole.OUTER, MapKind.HASH_OF_MAPS, 16, 0, Scalar.U32, null, "flow_map");
        return schema.withMaps(
                Stream.concat(schema.maps().stream(), Stream.of(site)).toList());
    }

    static Schema schema(MapKind kind, Scalar outerKey, StructType value, int tenants) {
        return schema(MapKind.HASH_OF_MAPS, kind, outerKey, value, tenants);
    }

    static Schema schema(MapKind outerKind, MapKind kind, Scalar outerKey, StructType value, int tenants) {
        MapDef inner = new MapDef("flow_map", MapRole.INNER, kind, ENTRIES, 0, Scalar.U32, value, null);
        MapDef outer = new MapDef("tenant", MapRole.OUTER, outerKind, tenants, 0, outerKey, null, "flow_map");
        return givingUp(
                new Schema("com.acme.Network", "network", List.of(), List.of(value), List.of(inner, outer)), "drops");
    }

    /** The schema with this word at each of its structs. */
    static Schema givingUp(Schema schema, String component) {
        return schema.withMeanings(schema.types().stream()
                .map(type -> (FieldMeaning) new FieldMeaning.Removed(schema.owner(type), component))
                .toList());
    }

    static StructType struct(String name, Member... members) {
        return StructType.of(name, List.of(members));
    }
}
