/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.existing;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.LoadSettings;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfExceptionAssert;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens pins that another version of the records created. */
@KernelTest
class KernelExistingMapCheckTest extends PinningTest {
    private static final MapDef FLOWS = flows(MapKind.HASH, 64, struct("packets", "bytes"));
    private static final MapDef TENANTS = tenants(16, Scalar.U32);
    private static final MapDef TOTAL =
            new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 4, 0, Scalar.U32, Scalar.U64, null);

    @TempDir
    private Path directory;

    @Test
    void acceptsMapsAsDeclared() {
        create(FLOWS, TENANTS);

        assertThat(refusal(FLOWS, TENANTS)).isEmpty();
        assertThat(refusal(flows(MapKind.HASH, 128, struct("packets", "bytes")), TENANTS))
                .as("inner maps may be of any size")
                .isEmpty();
    }

    @Test
    void rejectsAnOuterMapOfAnotherSize() {
        create(FLOWS, TENANTS);

        assertThat(refusal(FLOWS, tenants(17, Scalar.U32)))
                .contains(
                        "com.acme.Network",
                        "max_entries 16 instead of 17",
                        "let a load of this version upgrade the map");
        assertThat(refusal(FLOWS, tenants(16, Scalar.U64)))
                .contains("key size 4 instead of 8")
                .doesNotContain("inner maps that differ");
    }

    @Test
    void rejectsInnerMapsOfAnotherShape() {
        create(FLOWS, TENANTS);

        assertThat(refusal(flows(MapKind.LRU_HASH, 64, struct("packets", "bytes")), TENANTS))
                .contains("inner maps that differ from flow_map", "type HASH instead of LRU_HASH");
        assertThat(refusal(flows(MapKind.HASH, 64, struct("packets", "bytes", "last")), TENANTS))
                .contains("inner maps that differ from flow_map", "value size 16 instead of 24");
    }

    @Test
    void rejectsAnotherLayoutOfTheSameSize() {
        create(FLOWS, TENANTS);

        assertThat(refusal(flows(MapKind.HASH, 64, struct("bytes", "packets")), TENANTS))
                .contains("it has entries of another layout: the same components have other places")
                .contains("let a load of this version upgrade the map");
        assertThat(refusal(flows(MapKind.HASH, 64, struct("packets", "octets")), TENANTS))
                .as("same offsets, but another meaning is possible")
                .contains(
                        "flow.bytes is no longer declared: annotate the component that has its values now with @Was(\"bytes\")");
    }

    /** Only the text differs. */
    @Test
    void rejectsAnotherKeyOfTheOuterMap() {
        create(FLOWS, TENANTS);

        for (CType key : List.of(Scalar.BE32, Scalar.S32, new ArrayType(Scalar.U8, 4))) {
            assertThat(refusal(FLOWS, tenants(16, key)))
                    .contains("it has entries of another layout", "tenant was a HASH_OF_MAPS with keys __u32 and is");
        }
    }

    /** Two maps of one object can have the same layout, and a new version can exchange their pins. */
    @Test
    void rejectsTheCountsOfAnotherMapOfTheObject() {
        MapDef other = new MapDef(
                "other", MapRole.OUTER, TENANTS.kind(), TENANTS.maxEntries(), 0, TENANTS.key(), null, FLOWS.name());
        Schema renamed = schema(FLOWS, other);
        Schema both = renamed.withMaps(List.of(FLOWS, TENANTS, other));
        create(FLOWS, TENANTS);

        assertThat(refusalOfOther(both, other))
                .contains("it has the entries of tenant, which these records pin elsewhere");
        assertThat(refusalOfOther(renamed, other)).as("another name").isEmpty();
        Schema anotherObject = new Schema("com.acme.Other", "other", List.of(), both.types(), both.maps());
        assertThat(refusalOfOther(anotherObject, other))
                .as("a map that two objects share")
                .isEmpty();
        assertThat(refusalOfOther(
                        anotherObject.withMeanings(List.of(new FieldMeaning.FormerObject("map other", both.header()))),
                        other))
                .as("the same object, which has another name")
                .contains("it has the entries of tenant, which these records pin elsewhere");
    }

    private String refusalOfOther(Schema schema, MapDef other) {
        return BpfExceptionAssert.refusal(() -> opener(schema, new KernelPins())
                .open(other, paths("tenant"), false)
                .map()
                .close());
    }

    /** A reader of the older version must not be told to delete what the newer version has counted. */
    @Test
    void beginsWithTheRemedyThatLosesNothing() {
        StructType two = struct("packets", "bytes");
        StructType three = struct("packets", "bytes", "drops");
        create(flows(MapKind.HASH, 64, three), TENANTS);
        assertThat(refusal(flows(MapKind.HASH, 64, two), TENANTS))
                .contains(
                        "To lose nothing, run that version, or let a load of this version upgrade the map, which converts or keeps");

        pin(create(plain(MapKind.HASH, 4, two)), "total");
        assertThat(refusal(plain(MapKind.HASH, 4, three), "total"))
                .contains("Other software has pinned it", "To lose nothing, run that version. To continue");

        assertThat(List.of(
                        refusal(flows(MapKind.HASH, 64, two), TENANTS),
                        refusal(FLOWS, tenants(17, Scalar.U32)),
                        refusal(flows(MapKind.ARRAY, 64, two), TENANTS),
                        refusal(plain(MapKind.HASH, 4, three), "total"),
                        refusal(plain(MapKind.ARRAY, 5, three), "total")))
                .allSatisfy(message -> assertThat(message)
                        .contains("To lose nothing, run that version")
                        .doesNotContain("rm ")
                        .doesNotContain("remove"));
    }

    private static RawMap create(MapDef map) {
        return new KernelMapFactory().of(map).create(MapShape.of(map), null);
    }

    @Test
    void rejectsInnerMapsOfAnotherLayoutInAnOuterMapOfOtherSoftware() throws IOException {
        createWithoutText(FLOWS);
        insert(FLOWS);

        assertThat(foreignRefusal(FLOWS)).isEmpty();
        assertThat(foreignRefusal(flows(MapKind.HASH, 64, struct("packets", "octets"))))
                .as("another name at the same place")
                .isEmpty();
        assertThat(foreignRefusal(flows(MapKind.HASH, 64, struct("bytes", "packets"))))
                .contains("inner maps that differ from flow_map: entries of another layout")
                .contains("value struct flow, field bytes: offset 0 in the records, 8 in the map");
        assertThat(foreignRefusal(flows(MapKind.HASH, 64, struct("packets", "bytes", "last"))))
                .contains("value size 16 instead of 24");
    }

    private void createWithoutText(MapDef inner) throws IOException {
        create(inner, TENANTS);
        Files.move(fs.pin("tenant"), fs.path("tenant"));
    }

    private String foreignRefusal(MapDef inner) {
        return BpfExceptionAssert.refusal(() -> maps(inner, TENANTS)
                .open(TENANTS, foreign("tenant"), false)
                .map()
                .close());
    }

    /** Where other software pins a map. */
    private PinPaths foreign(String pin) {
        return new PinPaths(fs.path(pin), PinOptions.defaults(), MapAccess.READ_ONLY);
    }

    /** Neither types nor names of fields show it, and BTF does not contain it: defects N01 and N03 of the first bill. */
    @Test
    void rejectsMapsWhoseBytesHaveAnotherMeaning() {
        MapDef byDirection = new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 2, 0, Scalar.U32, Scalar.U64, null);
        FieldMeaning sentFirst = direction("SENT", "RECEIVED");
        FieldMeaning octets = new FieldMeaning.Component("map total", "value", "octets");
        FieldMeaning busy = new FieldMeaning.Time("map total", "value", false, 1_000_000_000);
        Schema records = described(byDirection, sentFirst, octets);
        RawMap raw = create(byDirection);
        new MapPins(finder(records), byDirection, paths("total")).pin(raw, paths("total"));
        raw.close();

        assertThat(refusal(records, byDirection)).isEmpty();
        assertThat(refusal(described(byDirection, direction("RECEIVED", "SENT"), octets), byDirection))
                .contains("the constants of the key have other numbers");
        assertThat(refusal(described(byDirection, sentFirst, octets, busy), byDirection))
                .contains("the value octets was __u64 and is Duration with 1000000000 units per second");
        assertThat(refusal(
                        described(byDirection, sentFirst, new FieldMeaning.Component("map total", "value", "packets")),
                        byDirection))
                .contains("the value octets is no longer declared");
    }

    private static FieldMeaning direction(String first, String second) {
        return new FieldMeaning.Constants(
                "map total",
                "key",
                EnumType.of("direction", List.of(new EnumType.Constant(first, 0), new EnumType.Constant(second, 1))),
                false);
    }

    private static Schema described(MapDef map, FieldMeaning direction, FieldMeaning... more) {
        List<FieldMeaning> meanings = new ArrayList<>(List.of(more));
        meanings.add(direction);
        return new Schema(
                        "com.acme.Network",
                        "network",
                        List.of(),
                        List.of(((FieldMeaning.Constants) direction).type()),
                        List.of(map))
                .withMeanings(meanings);
    }

    private String refusal(Schema records, MapDef map) {
        return BpfExceptionAssert.refusal(() -> new ObjectlessMapOpener(finder(records))
                .open(map, paths(map.name()), false)
                .map()
                .close());
    }

    private static ExistingMapFinder finder(Schema schema) {
        return new ExistingMapFinder(schema, schema, new KernelMapFactory(), new KernelPins());
    }

    @Test
    void rejectsAPlainMapOfAnotherLayoutInTheSameSize() {
        MapDef written = plain(MapKind.HASH, 4, struct("packets", "bytes"));
        pin(create(written), "typed");
        pin(new KernelMapFactory().create(MapShape.of(written), null), "untyped");

        assertThat(refusal(written, "typed")).isEmpty();
        assertThat(refusal(plain(MapKind.HASH, 4, struct("packets", "octets")), "typed"))
                .isEmpty();
        assertThat(refusal(plain(MapKind.HASH, 4, struct("bytes", "packets")), "typed"))
                .contains("entries of another layout", "field bytes: offset 0 in the records, 8 in the map");
        assertThat(refusal(plain(MapKind.HASH, 4, struct("bytes", "packets")), "untyped"))
                .as("the layout is unknown")
                .isEmpty();
    }

    @Test
    void comparesAMapThatACProgramCreated() throws IOException {
        LoadedState object = BackendOperations.load(
                LoadSettings.of(Files.write(directory.resolve("f.o"), TestPrograms.object("foreign.bpf.c"))));
        pin(
                Objects.requireNonNull(
                        new KernelMapFactory().open(object.handle("total").id())),
                "total");
        object.close();
        StructType flow = foreign(new Member("low", Scalar.U32, 4, 1, 0), new Member("high", Scalar.U32, 28, 1, 0));
        StructType turned = foreign(new Member("high", Scalar.U32, 28, 1, 0), new Member("low", Scalar.U32, 4, 1, 0));

        assertThat(refusal(plain(MapKind.HASH, 8, flow), "total")).isEmpty();
        assertThat(refusal(plain(MapKind.HASH, 8, turned), "total"))
                .contains("entries of another layout", "field low: offset ");
    }

    private static StructType foreign(Member first, Member second) {
        EnumType state =
                EnumType.of("state", List.of(new EnumType.Constant("FRESH", 0), new EnumType.Constant("STALE", 1)));
        return StructType.of(
                "flow",
                List.of(
                        new Member("packets", Scalar.U64),
                        new Member("state", state),
                        first,
                        second,
                        new Member("name", new ArrayType(Scalar.CHAR, 8))));
    }

    private String refusal(MapDef map, String pin) {
        return BpfExceptionAssert.refusal(
                () -> maps(FLOWS, TENANTS).open(map, foreign(pin), false).map().close());
    }

    private void pin(RawMap map, String name) {
        new KernelPins().pin(map, fs.path(name), PinOptions.defaults());
        map.close();
    }

    private static MapDef plain(MapKind kind, long maxEntries, StructType value) {
        return new MapDef("total", MapRole.PLAIN, kind, maxEntries, 0, Scalar.U32, value, null);
    }

    @Test
    void rejectsAnEmptyOuterMapOfOtherSoftwareUnlessTheCallerAcceptsIt() throws IOException {
        createWithoutText(FLOWS);

        assertThat(foreignRefusal(FLOWS))
                .contains(
                        "it holds no inner map that this process may open, so Nestmap can't compare its inner maps with flow_map")
                .contains("PinOptions.withUncomparedInnerMaps()");
        PinOptions accepting = PinOptions.defaults().withUncomparedInnerMaps();
        ObjectlessMap opened = maps(FLOWS, TENANTS)
                .open(TENANTS, new PinPaths(fs.path("tenant"), accepting, MapAccess.READ_WRITE), false);
        assertThat(opened.isLayoutCompared()).isFalse();
        opened.map().close();
    }

    /** The records leave flags and size to the object that created the map. */
    @Test
    void completesSomebodyElsesInnerMapsFromOneOfThem() throws IOException {
        MapDef unprepared = new MapDef(
                "flow_map", MapRole.INNER, MapKind.HASH, 64, MapFlags.NO_PREALLOC, Scalar.U32, FLOWS.value(), null);
        createWithoutText(unprepared);
        insert(unprepared);
        Schema records = schema(flows(MapKind.HASH, 0, struct("packets", "bytes")), tenants(0, Scalar.U32));
        ExistingMapFinder pinned = new ExistingMapFinder(
                records.asForeign(), records.asForeign(), new KernelMapFactory(), new KernelPins());

        new ObjectlessMapOpener(pinned)
                .open(TENANTS, foreign("tenant"), false)
                .map()
                .close();
        RawMap raw = Objects.requireNonNull(new KernelPins().open(fs.path("tenant"), MapAccess.READ_ONLY));
        MapDef inner = pinned.withInnerMapsOf(TENANTS, raw, null).innerOf(TENANTS);
        raw.close();

        assertThat(inner.flags()).isEqualTo(MapFlags.NO_PREALLOC);
        assertThat(inner.maxEntries()).isEqualTo(64);
    }

    /** Somebody else's object may have two structs with one tag. The records of one of them state that its numbers are unsigned. */
    @Test
    void aStatedSignIsThatOfOneTypeWithTheTag() {
        StructType signed =
                StructType.of("flow", List.of(new Member("packets", Scalar.S64), new Member("bytes", Scalar.S64)));
        StructType other = StructType.of("flow", List.of(new Member("packets", Scalar.U32)));
        MapDef flows = flows(MapKind.HASH, 64, struct("packets", "bytes"));
        create(flows(MapKind.HASH, 64, signed), TENANTS);

        for (String owner : List.of("struct flow", "struct flow #2")) {
            List<FieldMeaning> signs =
                    List.of(new FieldMeaning.Sign(owner, "packets"), new FieldMeaning.Sign(owner, "bytes"));
            Schema records = new Schema(
                            "com.acme.Network",
                            "network",
                            List.of(),
                            List.of(other, struct("packets", "bytes")),
                            List.of(flows, TENANTS))
                    .withMeanings(signs)
                    .asForeign();
            ObjectlessMapOpener opener = opener(records, new KernelPins());
            if (owner.endsWith("#2")) {
                opener.open(TENANTS, paths("tenant"), false).map().close();
            } else {
                assertBpfException(
                        () -> opener.open(TENANTS, paths("tenant"), false), "entries that contradict the records");
            }
        }
    }

    private void insert(MapDef definition) {
        try (RawMap inner = create(definition);
                RawMap outer = Objects.requireNonNull(new KernelPins().open(fs.path("tenant"), MapAccess.READ_WRITE))) {
            RawSlots.put(outer, 0, inner);
        }
    }

    @Test
    void rejectsAPlainMapOfAnotherShape() {
        pin(new KernelMapFactory().create(MapShape.of(TOTAL), null), "total");
        MapDef longer = new MapDef("total", MapRole.PLAIN, MapKind.ARRAY, 5, 0, Scalar.U32, Scalar.U64, null);

        assertBpfException(
                () -> maps(FLOWS, TENANTS).open(longer, foreign("total"), false), "max_entries 4 instead of 5");
        assertBpfException(
                () -> maps(FLOWS, TENANTS).open(TENANTS, foreign("total"), false),
                "type ARRAY instead of HASH_OF_MAPS");
        assertBpfException(() -> maps(FLOWS, TENANTS).open(TOTAL, foreign("totals"), false))
                .hasErrno(Errno.ENOENT);
    }

    @Test
    void createsNoOuterMapOverAForeignPin() throws IOException {
        RawMap foreign = new KernelMapFactory().create(MapShape.of(TOTAL), null);
        new KernelPins().pin(foreign, fs.pin("tenant-schema"), PinOptions.defaults());
        foreign.close();

        assertBpfException(
                () -> create(FLOWS, TENANTS),
                "Nestmap needs the path " + fs.pin("tenant-schema")
                        + " for the text of the map, but something else is pinned"
                        + " there, which Nestmap did not create");
        assertThat(fs.content()).containsExactly("owner", "tenant-schema");

        Files.delete(fs.pin("tenant-schema"));
        Files.createDirectory(fs.pin("tenant-schema"));
        assertBpfException(() -> create(FLOWS, TENANTS));
        assertThat(fs.content()).containsExactly("owner", "tenant-schema");
    }

    @Test
    void replacesTheTextOfAnOuterMapThatWasRemoved() throws IOException {
        create(flows(MapKind.HASH, 64, struct("packets")), TENANTS);
        Files.delete(fs.pin("tenant"));

        create(FLOWS, TENANTS);

        assertThat(refusal(FLOWS, TENANTS)).isEmpty();
    }

    /** Otherwise the drains of the new map would pass counts of the old one under other names. */
    @Test
    void aRemovedOuterMapWithWaitingMapsIsOfTheSameVersion() throws IOException {
        create(FLOWS, TENANTS);
        Files.delete(fs.pin("tenant"));
        RawMap waiting = create(FLOWS);
        int id = waiting.id();
        new KernelPins().pin(waiting, fs.pin("tenant-draining/7-" + id), PinOptions.defaults());
        waiting.close();
        List<String> before = fs.content();

        assertThat(BpfExceptionAssert.refusal(
                        () -> create(flows(MapKind.HASH, 64, struct("packets", "octets")), TENANTS)))
                .contains("flow.bytes is no longer declared", "start that version once");
        assertThat(fs.content()).isEqualTo(before);

        create(FLOWS, TENANTS);
        assertThat(fs.content()).contains("tenant", "tenant-draining/7-" + id);
    }

    /** Whoever may write the directory can replace the text. */
    @Test
    void aTextThatCanNotBeReadIsNamed() throws IOException {
        create(FLOWS, TENANTS);
        Path file = fs.pin("tenant-schema");
        String text = Objects.requireNonNull(new KernelPins().read(file));
        for (String other : List.of(
                text.replace("nestmap-pin 1", "nestmap-pin 2"),
                text.replace("pin tenant\n", "pin tenant\nwas tenants\n"),
                "x",
                text.substring(0, text.length() / 2))) {
            Files.delete(file);
            new KernelPins().write(file, other, PinOptions.defaults());
            assertThat(refusal(FLOWS, TENANTS))
                    .contains("it can't read what the entries mean, " + file + ": line ")
                    .contains("It leaves the pins and their counts unchanged");
        }
        assertThat(fs.content()).contains("tenant");
    }

    private void create(MapDef inner, MapDef outer) {
        maps(inner, outer)
                .create(outer, fs.pin("tenant"), PinOptions.defaults(), false)
                .map()
                .close();
    }

    /** Returns the message of the refusal; empty if the pin can be opened. */
    private String refusal(MapDef inner, MapDef outer) {
        return BpfExceptionAssert.refusal(() ->
                maps(inner, outer).open(outer, paths("tenant"), false).map().close());
    }

    private static Schema schema(MapDef inner, MapDef outer) {
        List<dev.nestmap.schema.type.NamedType> types = List.of((StructType) Objects.requireNonNull(inner.value()));
        return new Schema("com.acme.Network", "network", List.of(), types, List.of(inner, outer));
    }

    private PinPaths paths(String pin) {
        return new PinPaths(fs.pin(pin), PinOptions.defaults(), MapAccess.READ_ONLY);
    }

    private static ObjectlessMapOpener maps(MapDef inner, MapDef outer) {
        return opener(schema(inner, outer), new KernelPins());
    }

    private static StructType struct(String... fields) {
        return StructType.of(
                "flow",
                List.of(fields).stream()
                        .map(name -> new Member(name, Scalar.U64))
                        .toList());
    }

    private static MapDef flows(MapKind kind, long maxEntries, StructType value) {
        return new MapDef("flow_map", MapRole.INNER, kind, maxEntries, 0, Scalar.U32, value, null);
    }

    private static MapDef tenants(long maxEntries, CType key) {
        return new MapDef("tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, maxEntries, 0, key, null, "flow_map");
    }
}
