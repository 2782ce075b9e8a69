/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static dev.nestmap.schema.Samples.constants;
import static dev.nestmap.schema.Samples.plain;
import static dev.nestmap.schema.Samples.struct;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.EnumType.Constant;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A layout that would misread entries is found, and no other. */
class EntryLayoutCheckTest {
    private static final Schema NOTHING_EXISTS = new Schema("", "", List.of(), List.of(), List.of());

    private static final StructType FLOW = struct("flow", "__u64 packets; __u32 state;");

    @Test
    void swappedFieldsAreMisread() {
        StructType pair = struct("pair", "__u64 a; __u64 b;");
        StructType turned = struct("pair", "__u64 b; __u64 a;");

        assertThat(changes(turned, pair))
                .containsExactlyInAnyOrder(
                        "map total, value struct pair, field b: offset 0 in the records, 8 in the map",
                        "map total, value struct pair, field a: offset 8 in the records, 0 in the map");
        assertThat(changes(pair, pair)).isEmpty();
    }

    @Test
    void aNewFieldInPaddingIsReadAsZero() {
        StructType more = struct("flow", "__u64 packets; __u32 state; __u32 more;");

        assertThat(changes(more, FLOW)).isEmpty();
        assertThat(changes(FLOW, more)).as("what was there is padding now").isEmpty();
    }

    @Test
    void keysAreComparedUnlessTheyAreIndexes() {
        assertThat(EntryLayoutCheck.changes(NOTHING_EXISTS, map(MapKind.HASH, Scalar.U32, FLOW), Scalar.BE32, FLOW))
                .hasSize(1);
        assertThat(EntryLayoutCheck.changes(NOTHING_EXISTS, map(MapKind.ARRAY, Scalar.U32, FLOW), Scalar.S32, FLOW))
                .isEmpty();
        assertThat(EntryLayoutCheck.changes(NOTHING_EXISTS, map(MapKind.HASH, Scalar.U32, FLOW), null, FLOW))
                .as("nobody knows the type of the key")
                .isEmpty();
    }

    @Test
    void aWrapperStructIsIgnored() {
        assertThat(changes(FLOW, new ArrayType(FLOW, 1))).isEmpty();
        assertThat(changes(FLOW, struct("", "? flow;", FLOW))).isEmpty();
        assertThat(changes(FLOW, new ArrayType(Scalar.U64, 2))).hasSize(1);
    }

    @Test
    void oldBtfDoesNotHaveTheSignOfAnEnum() {
        EnumType declared = new EnumType("state", 4, false, List.of(new Constant("HIGH", 0x8000_0000L)));
        EnumType read = new EnumType("state", 4, true, List.of(new Constant("HIGH", -0x8000_0000L)));
        EnumType other = new EnumType("state", 4, false, constants("HIGH = 7"));

        assertThat(changes(declared, read)).isEmpty();
        assertThat(changes(declared, other)).singleElement().asString().contains("constant HIGH");
    }

    @Test
    void anExistingEnumMayHaveMoreConstants() {
        EnumType declared = new EnumType("xdp_action", 4, false, constants("XDP_DROP = 1"));
        EnumType existing = new EnumType("xdp_action", 4, false, constants("XDP_DROP = 1, XDP_PASS = 2"));
        EnumType other = new EnumType("xdp_action", 4, false, constants("XDP_DROP = 2"));
        Schema schema = new Schema(
                "",
                "",
                List.of(new Schema.Include("linux/bpf.h", List.of("xdp_action"), true)),
                List.of(declared),
                List.of());
        MapDef map = map(MapKind.HASH, Scalar.U32, declared);

        assertThat(EntryLayoutCheck.changes(schema, map, Scalar.U32, existing)).isEmpty();
        assertThat(EntryLayoutCheck.changes(schema, map, Scalar.U32, other)).hasSize(1);
        assertThat(changes(declared, existing)).as("an enum of ours").hasSize(1);
        assertThat(changes(existing, declared)).as("a constant that was added").isEmpty();
    }

    /** Groups fields like {@code __struct_group}, beside a field with another name. */
    @Test
    void unnamedGroupsOfFieldsAreIgnored() {
        StructType group = struct("", "__be32 saddr; __be32 daddr;");
        StructType made = struct("iphdr", "__u32 time_to_live; ?;", group);
        StructType declared = struct("iphdr", "__u32 ttl; __be32 saddr; __be32 daddr;");

        assertThat(changes(declared, made)).isEmpty();
        assertThat(changes(made, declared)).as("the record has the group").isEmpty();
    }

    @Test
    void unnamedMembersAreEachComparedWithTheirOwnDeclaration() {
        StructType key = struct("flow_key", "?; ?;", struct("", "__u32 source;"), struct("", "__u16 port;"));
        StructType wider = struct("flow_key", "?; ?;", struct("", "__u32 source;"), struct("", "__u32 port;"));

        assertThat(changes(key, key)).isEmpty();
        assertThat(changes(wider, key)).isNotEmpty();
    }

    @Test
    void swappedUnnamedMembersAreMisread() {
        StructType made = struct("pair", "?; ?;", struct("", "__u64 a;"), struct("", "__u64 b;"));
        StructType declared = struct("pair", "?; ?;", struct("", "__u64 b;"), struct("", "__u64 a;"));

        assertThat(changes(declared, made))
                .containsExactlyInAnyOrder(
                        "map total, value struct pair, field struct { b }: offset 0 in the records, 8 in the map",
                        "map total, value struct pair, field struct { a }: offset 8 in the records, 0 in the map");
    }

    @Test
    void aRenamedFieldOfAnUnnamedMemberIsReadCorrectly() {
        StructType made = struct("pair", "?; ?;", struct("", "__u64 a;"), struct("", "__u64 b;"));
        StructType declared = struct("pair", "?; ?;", struct("", "__u64 a;"), struct("", "__u64 c;"));

        assertThat(changes(declared, made)).isEmpty();
    }

    private static List<String> changes(CType declared, CType made) {
        return EntryLayoutCheck.changes(NOTHING_EXISTS, map(MapKind.HASH, Scalar.U32, declared), Scalar.U32, made);
    }

    private static MapDef map(MapKind kind, CType key, CType value) {
        return plain("total", kind, 8, key, value);
    }
}
