/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.EnumType.Constant;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Types of the kernel are replaced with their declaration if both read the same. */
class ExternalTypeSubstitutionTest {
    private static final EnumType ACTION = new EnumType("xdp_action", 4, false, List.of(new Constant("XDP_DROP", 1)));
    private static final EnumType WHOLE_ACTION =
            new EnumType("xdp_action", 4, false, List.of(new Constant("XDP_DROP", 1), new Constant("XDP_PASS", 2)));
    private static final StructType IP =
            struct("iphdr", new Member("ttl", Scalar.U32), new Member("saddr", Scalar.BE32));
    private static final StructType GROUPED_IP = struct(
            "iphdr", new Member("ttl", Scalar.U32), new Member("", struct("", new Member("saddr", Scalar.BE32))));
    private static final ExternalTypeSubstitution EXISTING = new ExternalTypeSubstitution(new Schema(
            "",
            "",
            List.of(new Schema.Include("linux/x.h", List.of("xdp_action", "iphdr"), true)),
            List.of(ACTION, IP),
            List.of()));

    @Test
    void existingTypesAreReplacedWithTheirDeclaration() {
        StructType actual = struct(
                "flow",
                new Member("action", WHOLE_ACTION),
                new Member("headers", new ArrayType(GROUPED_IP, 2)),
                new Member("count", Scalar.U64));

        assertThat(EXISTING.asDeclared(actual))
                .isEqualTo(struct(
                        "flow",
                        new Member("action", ACTION),
                        new Member("headers", new ArrayType(IP, 2)),
                        new Member("count", Scalar.U64)));
    }

    @Test
    void typesThatAreReadDifferentlyAreKept() {
        EnumType other = new EnumType("xdp_action", 4, false, List.of(new Constant("XDP_DROP", 3)));
        StructType turned = struct("iphdr", new Member("saddr", Scalar.BE32), new Member("ttl", Scalar.U32));

        assertThat(EXISTING.asDeclared(other)).isEqualTo(other);
        assertThat(EXISTING.asDeclared(turned)).isEqualTo(turned);
    }

    /** The records declare all of them. */
    @Test
    void typesOfRecordsAreKept() {
        EnumType ours = new EnumType("mode", 4, false, List.of(new Constant("ON", 1)));
        EnumType more = new EnumType("mode", 4, false, List.of(new Constant("ON", 1), new Constant("OFF", 2)));
        Schema schema = new Schema("", "", List.of(), List.of(ours), List.of());

        assertThat(new ExternalTypeSubstitution(schema).asDeclared(more)).isEqualTo(more);
    }

    private static StructType struct(String name, Member... members) {
        return StructType.of(name, List.of(members));
    }
}
