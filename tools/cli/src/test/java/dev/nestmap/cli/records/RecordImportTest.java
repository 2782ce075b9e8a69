/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import static dev.nestmap.schema.Samples.constants;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.plain;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.lint.Finding.Severity;
import dev.nestmap.schema.InitialSlot;
import dev.nestmap.schema.LostEventMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.TextCases;
import dev.nestmap.schema.UncountedMap;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.OpaqueType;
import dev.nestmap.schema.type.PointerType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Import renames what records can't keep as it is in the object, or says what it leaves out. BTF may contain any bytes as a name. */
class RecordImportTest {
    @Test
    void writesMapsWhoseNamesAreMethodsOfEveryObject() {
        ImportedRecords records = imported(map("close"), map("close_map"), map("class"), map("class_map"));

        assertThat(records.source())
                .contains("@Name(\"close\")", "record CloseRecord(", "record CloseMap(")
                .contains("@Name(\"class\")", "record ClassRecord(", "record ClassMap(");
        assertThat(records.remarks()).isEmpty();
    }

    /** Without a header, the records bind to all maps of the object: so the runtime finds the numbers. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theHeaderMakesTheMapsOfWhatIsNotCounted(boolean hasHeader) {
        MapDef inner = map("flow_map", MapRole.INNER, Scalar.U64);
        MapDef outer = outer("tenant", MapKind.HASH_OF_MAPS, 16, Scalar.U32, "flow_map");
        MapDef stream = plain("opened", MapKind.RINGBUF, 4096, null, Scalar.U64);

        ImportedRecords records = imported(
                hasHeader,
                inner,
                outer,
                as(MapRole.PLAIN, UncountedMap.of(outer)),
                stream,
                as(MapRole.PLAIN, LostEventMap.of(stream)));

        assertThat(records.source()).contains("record Tenant(", "record Opened(");
        assertThat(records.source().contains("record TenantUncounted(")).isEqualTo(!hasHeader);
        assertThat(records.source().contains("record OpenedLost(")).isEqualTo(!hasHeader);
        assertThat(records.remarks()).allMatch(remark -> remark.severity() == Severity.WARNING);
    }

    private static MapDef as(MapRole role, MapDef map) {
        return new MapDef(
                map.name(), role, map.kind(), map.maxEntries(), map.flags(), map.key(), map.value(), map.definition());
    }

    /** The record would have an index as its key. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesOutMapsThatTheKernelRefuses(boolean hasHeader) {
        StructType key = Samples.struct("k", "__u32 a; __u32 b;");
        MapDef table = plain("table", MapKind.ARRAY, 1, key, Scalar.U64);

        ImportedRecords records = imported(hasHeader, table);

        assertThat(records.remarks())
                .containsExactly(ImportedRecords.leftOut(
                        "table",
                        "[NM-304] the key of array table is struct k: the key of a BPF_MAP_TYPE_ARRAY is a 4-byte index in the"
                                + " machine's byte order, and the kernel refuses another key_size (EINVAL on Linux 6.18; newer"
                                + " kernels may accept it); use @U32 int, @U32 long or an enum as the key, or another map type,"
                                + " such as HASH. See https://nestmap.dev/rules/NM-304"));
    }

    /** A header has no initial values. */
    @Test
    void namesTheSlotsThatAHeaderLeavesOut() {
        MapDef inner = map("flow_map", MapRole.INNER, Scalar.U64);
        MapDef outer = outer("tenant", MapKind.ARRAY_OF_MAPS, 16, Scalar.U32, "flow_map")
                .withSlots(List.of(new InitialSlot(3, "gold")));
        MapDef calls = plain("calls", MapKind.PROG_ARRAY, 4, Scalar.U32, Scalar.U32)
                .withSlots(List.of(new InitialSlot(1, "drop")));
        MapDef[] maps = {inner, inner.declaredInner("gold"), outer, calls};

        ImportedRecords records = imported(true, maps);

        assertThat(records.source()).contains("instances = \"gold\"");
        assertThat(records.remarks())
                .extracting(remark -> remark.place() + " " + remark.what())
                .filteredOn(remark -> remark.contains("slots"))
                .satisfiesExactlyInAnyOrder(
                        remark -> assertThat(remark).contains("map tenant", "create(3) and so on"),
                        remark -> assertThat(remark).contains("map calls", "put(1, drop)"));
        assertThat(imported(false, maps).remarks()).isEmpty();
    }

    @Test
    void theIndexOfAnArrayKeepsItsSign() {
        MapDef counts = plain("counts", MapKind.ARRAY, 4, Scalar.S32, Scalar.U64);
        MapDef sums = plain("sums", MapKind.ARRAY, 4, Scalar.U32, Scalar.U64);
        MapDef outer = outer("tenant", MapKind.ARRAY_OF_MAPS, 4, Scalar.S32, "flow_map");

        ImportedRecords records = imported(true, counts, sums, map("flow_map", MapRole.INNER, Scalar.U64), outer);

        assertThat(records.source())
                .contains(
                        "record Counts(@Key @S32 int key, @U64 long value)",
                        "record Sums(@Key @U32 long key, @U64 long value)",
                        "record Tenant(@S32 int key)");
        assertThat(records.remarks()).isEmpty();
    }

    /** Fields that the kernel manages have to be in the record of the map. Another struct with the same tag keeps the name of its map. */
    @Test
    void theStructOfALockKeepsItsTag() {
        StructType locked = Samples.struct("elem", "? lock; __u32 count;", ManagedFieldType.SPIN_LOCK);
        StructType other = Samples.struct("elem", "__u32 count; ? lock;", ManagedFieldType.SPIN_LOCK);

        ImportedRecords records = imported(true, map("first", locked), map("second", locked), map("third", other));

        assertThat(records.source().split("struct = \"elem\"")).hasSize(3);
        assertRemarks(records, "... map third: ...");
    }

    @Test
    void leavesOutKptrsAndLists() {
        PointerType kptr = new PointerType("struct task_struct", PointerType.Kind.KPTR);
        ImportedRecords records = imported(
                true,
                map("good", struct("good", ManagedFieldType.SPIN_LOCK, Scalar.U32)),
                map("list", struct("list", ManagedFieldType.SPIN_LOCK, ManagedFieldType.LIST_HEAD)),
                map("task", struct("task", Scalar.U64, kptr)));

        assertThat(records.source()).contains("record Good(").doesNotContain("record List(", "record Task(");
        assertThat(records.remarks())
                .containsExactly(
                        ImportedRecords.leftOut(
                                "list",
                                "its value has a struct bpf_list_head at 8, which the kernel manages and import can't write:"
                                        + " no record can declare it, so use the map in C only"),
                        ImportedRecords.leftOut(
                                "task",
                                "its value has a struct task_struct __kptr * at 8, which the kernel manages and import can't write:"
                                        + " no record can declare it, so use the map in C only"));
    }

    /** An annotation states no padding, and no record has two locks. */
    @Test
    void leavesOutFieldsWhosePlacesAnnotationsCannotKeep() {
        StructType padded = new StructType(
                "padded",
                64,
                8,
                List.of(new Field("count", Scalar.U32, 0), new Field("timer", ManagedFieldType.TIMER, 16)));
        ImportedRecords records = imported(
                true,
                map("locks", struct("locks", ManagedFieldType.SPIN_LOCK, ManagedFieldType.SPIN_LOCK)),
                map("padded", padded));

        assertRemarks(records, "ERROR map locks: ...", "ERROR map padded: ...");
    }

    /** A header can't have them, but annotations have no other name for such a field. */
    @ParameterizedTest
    @ValueSource(strings = {"_Lock", "barrier", "_pad1"})
    void leavesOutFieldsWithNamesThatAHeaderCannotDeclare(String name) {
        MapDef locks = map("locks", locked(name));

        assertRemarks(imported(true, locks), "ERROR ...");
        assertRemarks(imported(false, locks));
    }

    private static StructType locked(String lock) {
        List<Field> fields = List.of(new Field(lock, ManagedFieldType.SPIN_LOCK, 0), new Field("count", Scalar.U32, 4));
        return new StructType("locked", 8, 4, fields);
    }

    @Test
    void renamesFieldsWithNamesOfMacros() {
        StructType value = Samples.struct("value", "__u32 barrier; __u32 count;");

        assertThat(imported(true, map("values", value)).source()).contains("@Name(\"barrier_\")");
    }

    /** A struct with the fields f0, f1 and so on. */
    private static StructType struct(String tag, CType... types) {
        return StructType.of(
                tag,
                IntStream.range(0, types.length)
                        .mapToObj(i -> new StructType.Member("f" + i, types[i]))
                        .toList());
    }

    /** As in Cilium and the kernel's samples. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theKeyOfATrieCanHaveItsLengthInAStruct(boolean hasHeader) {
        StructType length = Samples.struct("bpf_lpm_trie_key", "__u32 prefixlen; __u8 data[0];");
        StructType key = new StructType(
                "route_key",
                8,
                4,
                List.of(new Field("lpm", length, 0), new Field("address", new ArrayType(Scalar.U8, 4), 4)));
        MapDef routes =
                new MapDef("routes", MapRole.PLAIN, MapKind.LPM_TRIE, 16, MapFlags.NO_PREALLOC, key, Scalar.U32, null);
        ImportedRecords records = imported(hasHeader, routes);

        assertThat(records.source())
                .contains("record BpfLpmTrieKey(@U32 long prefixlen)", "record RouteKey(BpfLpmTrieKey lpm,");
        assertThat(records.remarks()).isEmpty();
    }

    /** Its key can be a struct that only the C code knows. */
    @Test
    void theKeyOfATrieThatHasOnlyASizeGetsAStruct() {
        MapDef routes = new MapDef(
                "routes",
                MapRole.PLAIN,
                MapKind.LPM_TRIE,
                16,
                MapFlags.NO_PREALLOC,
                new OpaqueType(8, 4, "key declared by its size"),
                Scalar.U32,
                null);
        ImportedRecords records = imported(true, routes);

        assertThat(records.source())
                .contains("record RoutesKey(@U32 long prefixlen, @Size(4) ByteString prefix)", "@Key RoutesKey key");
        assertThat(records.remarks()).isEmpty();
    }

    /** {@code bpf/usdt.bpf.h} of libbpf has such an enum. C reserves names that begin with two underscores and a capital letter. */
    @Test
    void renamedConstantsOfAnEnumWithReservedTagCompile() {
        EnumType kind = new EnumType("__kind", 4, false, constants("BPF_ARG_CONST = 0"));
        ImportedRecords records =
                imported(true, map("specs", new StructType("spec", 4, 4, List.of(new Field("kind", kind, 0)))));

        assertThat(records.source()).contains("@Name(\"KIND_BPF_ARG_CONST_\")");
        assertRemarks(records, "WARNING ...");
    }

    /** Such as {@code __bpf_usdt_arg_type} of libbpf: names that begin with {@code BPF_} are those of {@code linux/bpf.h}. */
    @Test
    void renamedConstantsDoNotBeginWithThePrefixOfAHeader() {
        EnumType kind = new EnumType("__bpf_kind", 4, false, constants("BPF_ARG_CONST = 0"));
        ImportedRecords records =
                imported(true, map("specs", new StructType("spec", 4, 4, List.of(new Field("kind", kind, 0)))));

        assertThat(records.source()).contains("_BPF_KIND_BPF_ARG_CONST_\")").doesNotContain("@Name(\"BPF_KIND");
        assertRemarks(records, "WARNING ...");
    }

    /** Clang 14 writes 705032704 for 5000000000. */
    @Test
    void anEnumWhoseConstantsBtfHasLostIsANumber() {
        EnumType lost = new EnumType("wide", 8, false, List.of());
        ImportedRecords records = imported(map("ids", new StructType("id", 8, 8, List.of(new Field("a", lost, 0)))));

        assertThat(records.source()).contains("@U64 long a").doesNotContain("enum Wide");
        assertRemarks(records, "WARNING enum wide: the object has only the low 32 bits of the constants...");
    }

    @Test
    void mapsThatAHeaderCannotDescribeWhollyDiffer() {
        MapDef stacks = plain("stacks", MapKind.STACK_TRACE, 64, Scalar.U32, null);
        MapDef arena = new MapDef("heap", MapRole.PLAIN, MapKind.ARENA, 4, MapFlags.MMAPABLE, null, null, null)
                .withExtra(1L << 44);
        ImportedRecords records = imported(true, stacks, arena);

        assertThat(records.source())
                .contains("record Stacks(@Key @U32 long key, @Size(127) @U64 LongList value)", "record Heap()");
        assertRemarks(
                records,
                "WARNING map stacks: value: __u64[127] in the records, none in the object",
                "WARNING map heap: map_extra 0x0 in the records, 0x100000000000 in the object");
    }

    @Test
    void theEventsOfAStreamCanStayOpen() {
        MapDef events = plain("events", MapKind.RINGBUF, 4096, null, null);
        for (boolean hasHeader : new boolean[] {false, true}) {
            ImportedRecords records = imported(hasHeader, events);

            assertThat(records.source()).contains("record Events() {}");
            assertRemarks(records, "WARNING map events: ...state the type with --event events=TYPE...");
        }
    }

    /** Every generated header includes linux/bpf.h. */
    @Test
    void typesOfTheKernelsHeaderAreExternal() {
        CType value = Samples.struct("bpf_perf_event_value", "__u64 counter; __u64 enabled; __u64 running;");
        ImportedRecords records = imported(true, map("counters", value));

        assertThat(records.source()).contains("@External(", "header = \"linux/bpf.h\"", "record BpfPerfEventValue(");
        assertThat(records.remarks()).isEmpty();
    }

    @Test
    void aMapWithTheNameOfAMethodWithParametersKeepsItsName() {
        assertThat(imported(map("program"), map("program_map")).remarks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "9lives", "a\nb", "\"),@Evil(\"", "*/ \\u002a\\u002f", "../../x", "\u202e", "int", ""})
    void leavesOutAMapWithALockThatHasNoNameInC(String name) {
        ImportedRecords records = imported(map("good"), map("counts", locked(name)));

        assertThat(records.source()).contains("record Good(").doesNotContain("@SpinLock", "Evil", "\u202e");
        assertRemarks(records, "... map counts: ...declare the map in a record by hand...");
    }

    /** The compiler rejects records with two components of one C name (NM-403). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStructWithTwoFieldsOfOneNameBecomesBytes(boolean hasHeader) {
        List<Field> fields = List.of(new Field("twice", Scalar.U32, 0), new Field("twice", Scalar.U32, 4));
        CType union = new UnionType("both", 4, 4, List.of(fields.get(0), new Field("twice", Scalar.S32, 0)));

        ImportedRecords records =
                imported(hasHeader, map("counts", new StructType("pair", 8, 4, fields)), map("states", union));

        assertThat(records.source())
                .contains("@Size(8) ByteString value", "@Size(4) ByteString value")
                .doesNotContain("twice");
        assertThat(records.remarks())
                .extracting(remark -> remark.place().substring("map ".length()))
                .containsExactlyElementsOf(hasHeader ? List.of("counts", "states") : List.of());
    }

    @Test
    void mapsWithoutNamesInCAreLeftOutForThatReason() {
        String reason = ": its name is not a C identifier, so no record can name it";
        assertRemarks(imported(map("-"), map("$")), "..." + reason, "..." + reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9lives.inner", "9lives_map"})
    void theNameOfADefinitionBecomesAnIdentifier(String name) {
        MapDef inner = map(name, MapRole.INNER, Scalar.U64);
        assertThat(imported(inner).source()).contains("@Name(\"_9lives");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFieldOfRustWithTheNameOfAKeywordOfCGetsAnotherName(boolean hasHeader) {
        CType value = Samples.struct("state", "__u32 union; __u32 register;");

        ImportedRecords records = imported(hasHeader, map("states", value));

        assertThat(records.source()).contains("@Name(\"union_\") @U32 long union,", "@Name(\"register_\")");
    }

    @Test
    void leavesOutAnOuterMapWhoseStatedInnerMapsTheKernelRejects() {
        MapDef outer = outer("policies", MapKind.HASH_OF_MAPS, 16, Scalar.U32, null);
        ImportRequest request = request(false, map("good"), outer);
        CType big = new ArrayType(Scalar.U8, 32 * 1024 + 8);
        ImportRequest.Inner inner = new ImportRequest.Inner(MapKind.PERCPU_HASH, Scalar.U32, big);

        ImportedRecords records = RecordImport.of(new ImportRequest(
                request.schema(), "x", "com.acme", "some", false, Map.of(), Map.of("policies", inner), Map.of()));

        assertThat(records.source()).contains("record Good(").doesNotContain("@InnerMap", "@OuterMap");
        assertRemarks(
                records, "... map policies: the definition of its inner maps, policies.inner, can't be written: ...");
    }

    @Test
    void importsAnOuterMapWhoseInnerMapsHaveAnUnknownType() {
        MapDef outer = outer("policies", MapKind.HASH_OF_MAPS, 16, Scalar.U32, null);
        ImportRequest.Inner inner = new ImportRequest.Inner(MapKind.HASH, Scalar.U32, Scalar.U64);

        ImportedRecords without = RecordImport.of(withUnknownInnerMaps(outer, Map.of()));
        ImportedRecords with = RecordImport.of(withUnknownInnerMaps(outer, Map.of("policies", inner)));

        assertThat(without.source()).doesNotContain("@InnerMap", "@OuterMap");
        assertRemarks(without, "... map policies: ...has the unknown type 99...--inner policies=KEY,VALUE,TYPE...");
        assertThat(without.remarks()).noneMatch(remark -> remark.what().contains("does not define"));
        assertThat(with.source()).contains("@InnerMap", "@OuterMap");
        assertRemarks(with, "WARNING map policies: ...has the unknown type 99...");
    }

    private static ImportRequest withUnknownInnerMaps(MapDef outer, Map<String, ImportRequest.Inner> stated) {
        return new ImportRequest(
                request(false, outer).schema(),
                "x",
                "com.acme",
                "some",
                false,
                Map.of(),
                stated,
                Map.of("policies.inner", "map policies.inner has the unknown type 99"));
    }

    @Test
    void namesTheMapsThatCannotBeRead() {
        ImportRequest request = request(false, map("good"));
        String reason = "has the unknown type 99 */ public class Evil {";
        ImportedRecords records = RecordImport.of(new ImportRequest(
                request.schema(), "x", "com.acme", "some", false, Map.of(), Map.of(), Map.of("bad", reason)));

        assertThat(records.remarks()).containsExactly(ImportedRecords.leftOut("bad", reason));
        assertThat(records.source()).contains("<p>Left out: map bad: has the unknown type 99 *? public class");
    }

    private static MapDef map(String name) {
        return map(name, Scalar.U64);
    }

    private static MapDef map(String name, CType value) {
        return map(name, MapRole.PLAIN, value);
    }

    private static MapDef map(String name, MapRole role, CType value) {
        return new MapDef(name, role, MapKind.HASH, 16, 0, Scalar.U32, value, null);
    }

    private static ImportedRecords imported(MapDef... maps) {
        return imported(false, maps);
    }

    private static ImportedRecords imported(boolean hasHeader, MapDef... maps) {
        return RecordImport.of(request(hasHeader, maps));
    }

    /** Requires these remarks, each as {@code SEVERITY place: what}, with {@code ...} for any words. */
    private static void assertRemarks(ImportedRecords records, String... remarks) {
        TextCases.assertMatch(
                records.remarks().stream()
                        .map(remark -> remark.severity() + " " + remark.place() + ": " + remark.what())
                        .toList(),
                List.of(remarks));
    }

    private static ImportRequest request(boolean hasHeader, MapDef... maps) {
        Schema schema = new Schema("", "some.bpf.o", List.of(), List.of(), List.of(maps));
        return new ImportRequest(schema, "some.bpf.o", "com.acme", "some", hasHeader, Map.of(), Map.of(), Map.of());
    }
}
