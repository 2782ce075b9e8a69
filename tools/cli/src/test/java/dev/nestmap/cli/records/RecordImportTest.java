/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.UnionType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that records can't keep as they are in the object. BTF may contain any bytes as a name. */
@Tag("jdk-independent")
class RecordImportTest {
    @Test
    void writesMapsWhoseNamesAreMethodsOfEveryObject() {
        ImportedRecords records = imported(map("close"), map("close_map"), map("class"), map("class_map"));

        assertThat(records.source())
                .contains("@Name(\"close\")", "record CloseRecord(", "record CloseMap(")
                .contains("@Name(\"class\")", "record ClassRecord(", "record ClassMap(");
        assertThat(records.remarks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesOutAnOuterMapWhoseSlotHasTheAccessorOfAMap(boolean hasHeader) {
        MapDef inner = map("flow_map", MapRole.INNER, Scalar.U64);
        MapDef outer = new MapDef("tenant", MapRole.OUTER, MapKind.ARRAY_OF_MAPS, 16, 0, Scalar.U32, null, "flow_map")
                .withSlots(SlotContents.ofObject(List.of(new SlotContents.Slot(List.of(0L), "goldFlows"))));
        ImportedRecords records = RecordImport.of(request(hasHeader, map("gold_flows"), inner, outer));

        assertThat(records.remarks())
                .containsExactly(new Remark(
                        "tenant", true, "the accessors of gold_flows and goldFlows would both be called goldFlows()"));
        assertThat(records.source()).contains("record GoldFlows(").doesNotContain("@Slot");
    }

    @Test
    void aMapWithTheNameOfAMethodWithParametersKeepsItsName() {
        assertThat(imported(map("program"), map("program_map")).remarks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "9lives", "a\nb", "\"),@Evil(\"", "*/ \\u002a\\u002f", "../../x", "\u202e", "int", ""})
    void leavesOutAMapWithALockThatHasNoNameInC(String name) {
        CType locked = new StructType(
                "locked", 8, 4, List.of(new Field(name, KernelType.SPIN_LOCK, 0), new Field("count", Scalar.U32, 4)));

        ImportedRecords records = imported(map("good"), map("counts", MapRole.PLAIN, locked));

        assertThat(records.source()).contains("record Good(").doesNotContain("@SpinLock", "Evil", "\u202e");
        assertThat(records.remarks()).singleElement().satisfies(remark -> {
            assertThat(remark.map()).isEqualTo("counts");
            assertThat(remark.reason()).contains("declare the map in a record by hand");
        });
    }

    /** The compiler rejects records with two components of one C name (NM-403). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStructWithTwoFieldsOfOneNameBecomesBytes(boolean hasHeader) {
        List<Field> fields = List.of(new Field("twice", Scalar.U32, 0), new Field("twice", Scalar.U32, 4));
        CType union = new UnionType("both", 4, 4, List.of(fields.get(0), new Field("twice", Scalar.S32, 0)));

        ImportedRecords records = RecordImport.of(request(
                hasHeader,
                map("counts", MapRole.PLAIN, new StructType("pair", 8, 4, fields)),
                map("states", MapRole.PLAIN, union)));

        assertThat(records.source())
                .contains("@Size(8) ByteString value", "@Size(4) ByteString value")
                .doesNotContain("twice");
        assertThat(records.remarks())
                .extracting(Remark::map)
                .containsExactlyElementsOf(hasHeader ? List.of("counts", "states") : List.of());
    }

    @Test
    void mapsWithoutNamesInCAreLeftOutForThatReason() {
        assertThat(imported(map("-"), map("$")).remarks())
                .extracting(Remark::reason)
                .containsOnly("its name is not a C identifier, so no record can name it")
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9lives.inner", "9lives_map"})
    void theNameOfADefinitionBecomesAnIdentifier(String name) {
        MapDef inner = map(name, MapRole.INNER, Scalar.U64);
        assertThat(imported(inner).source()).contains("@Name(\"_9lives");
    }

    /** Each map has a helper that looks up entries, and one that updates them. A map that is left out no longer clashes. */
    @Test
    void leavesOutAllMapsWhoseNamesClashInAHeader() {
        ImportedRecords records =
                RecordImport.of(request(true, map("a"), map("a_lookup"), map("a_update"), map("b_lookup"), map("b")));

        assertThat(records.remarks()).extracting(Remark::map).containsExactlyInAnyOrder("a", "b");
        assertThat(records.remarks())
                .allSatisfy(remark -> assertThat(remark.reason()).startsWith("the header would declare "));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFieldOfRustWithTheNameOfAKeywordOfCGetsAnotherName(boolean hasHeader) {
        CType value = new StructType(
                "state", 8, 4, List.of(new Field("union", Scalar.U32, 0), new Field("register", Scalar.U32, 4)));

        ImportedRecords records = RecordImport.of(request(hasHeader, map("states", MapRole.PLAIN, value)));

        assertThat(records.source()).contains("@Name(\"union_\") @U32 long union,", "@Name(\"register_\")");
    }

    @Test
    void manyMapsAreWrittenInShortTime() {
        MapDef[] maps = IntStream.range(0, 1000)
                .boxed()
                .flatMap(i -> Stream.of(map("m" + i), map("m" + i + "_lookup")))
                .toArray(MapDef[]::new);

        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThat(RecordImport.of(request(true, maps)).maps()).isEqualTo(1000));
    }

    @Test
    void leavesOutAnOuterMapWhoseStatedInnerMapsTheKernelRejects() {
        MapDef outer = new MapDef("policies", MapRole.OUTER, MapKind.HASH_OF_MAPS, 16, 0, Scalar.U32, null, null);
        ImportRequest request = request(false, map("good"), outer);
        CType big = new ArrayType(Scalar.U8, 32 * 1024 + 8);
        ImportRequest.Inner inner = new ImportRequest.Inner(MapKind.PERCPU_HASH, Scalar.U32, big);

        ImportedRecords records = RecordImport.of(new ImportRequest(
                request.schema(), "x", "com.acme", "some", false, Map.of(), Map.of("policies", inner), Map.of()));

        assertThat(records.source()).contains("record Good(").doesNotContain("@InnerMap", "@OuterMap");
        assertThat(records.remarks()).singleElement().satisfies(remark -> {
            assertThat(remark.map()).isEqualTo("policies");
            assertThat(remark.reason())
                    .startsWith("the definition of its inner maps, policies.inner, can't be written: ");
        });
    }

    @Test
    void namesTheMapsThatCannotBeRead() {
        ImportRequest request = request(false, map("good"));
        String reason = "has the unknown type 99 */ public class Evil {";
        ImportedRecords records = RecordImport.of(new ImportRequest(
                request.schema(), "x", "com.acme", "some", false, Map.of(), Map.of(), Map.of("bad", reason)));

        assertThat(records.remarks()).containsExactly(new Remark("bad", true, reason));
        assertThat(records.source()).contains("<p>Left out: bad: has the unknown type 99 *? public class");
    }

    private static MapDef map(String name) {
        return map(name, MapRole.PLAIN, Scalar.U64);
    }

    private static MapDef map(String name, MapRole role, CType value) {
        return new MapDef(name, role, MapKind.HASH, 16, 0, Scalar.U32, value, null);
    }

    private static ImportedRecords imported(MapDef... maps) {
        return RecordImport.of(request(false, maps));
    }

    private static ImportRequest request(boolean hasHeader, MapDef... maps) {
        Schema schema = new Schema("", "some.bpf.o", List.of(), List.of(), List.of(maps));
        return new ImportRequest(schema, "some.bpf.o", "com.acme", "some", hasHeader, Map.of(), Map.of(), Map.of());
    }
}
