/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static dev.nestmap.schema.Samples.inner;
import static dev.nestmap.schema.Samples.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.compare.MapLayout;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Maps and types of a schema are found by name. */
class SchemaTest {
    private final Schema schema = Samples.tenantFlows();

    @Test
    void findsMapsAndTypesByName() {
        assertThat(schema.map("flow_map")).map(MapDef::role).contains(MapRole.INNER);
        assertThat(schema.map("flow")).isEmpty();
        assertThat(schema.type("flow")).contains(Samples.FLOW);
        assertThat(schema.type("flow_map")).isEmpty();
    }

    @Test
    void findsTheInnerDefinitionOfAnOuterMap() {
        assertThat(schema.innerOf(schema.map("tenant").orElseThrow()))
                .isEqualTo(schema.map("flow_map").orElseThrow());
        assertThatThrownBy(() -> schema.innerOf(Samples.outer("lost", "nowhere")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lost");
    }

    @Test
    void aDefinitionOfAnotherSizeBelongsToTheSameRecord() {
        MapDef flows = schema.map("flow_map").orElseThrow();
        MapDef few = flows.variant("flow_map_9", 9);
        MapDef tenant = Samples.outer("tenant", "flow_map");
        MapDef small = Samples.outer("small_tenant", "flow_map_9");
        Schema family = Samples.schema(schema.types(), flows, few, tenant, small);
        Schema alone = Samples.schema(schema.types(), flows, few, small);

        assertThat(family.innerOf(small).maxEntries()).isEqualTo(9);
        assertThat(family.helperDefinitionOf(small)).isEqualTo(flows);
        assertThat(family.helperDefinitionOf(tenant)).isEqualTo(flows);
        assertThat(alone.isUsed(flows)).isTrue();
        assertThat(MapLayout.of(family, small)).isEqualTo(MapLayout.of(family, tenant));
        assertThat(SchemaText.parse(SchemaText.print(family))).isEqualTo(family);
    }

    @Test
    void definesTypesThatItDoesNotInclude() {
        assertThat(schema.defines("flow_state")).isTrue();
        assertThat(schema.defines("flow_key")).isFalse();
    }

    /** libbpf rounds ring buffers in the same way, inner ones too. */
    @Test
    void enlargesRingBuffersToWholePages() {
        MapDef inner = inner("inner", MapKind.RINGBUF, 4096, 0, null, null);
        MapDef plain = plain("plain", MapKind.USER_RINGBUF, 40_000, null, null);
        MapDef open = plain("open", MapKind.RINGBUF, 0, null, null);
        MapDef table = plain("table", MapKind.HASH, 4096, Scalar.U32, Scalar.U32);
        Schema schema =
                new Schema("com.acme.Events", "events", List.of(), List.of(), List.of(inner, plain, open, table));

        assertSizes(schema.withPages(4096), 4096, 65_536, 0, 4096);
        assertSizes(schema.withPages(16_384), 16_384, 65_536, 0, 4096);
        assertSizes(schema.withPages(65_536).withPages(65_536), 65_536, 65_536, 0, 4096);
    }

    private static void assertSizes(Schema schema, long... sizes) {
        assertThat(schema.maps().stream().mapToLong(MapDef::maxEntries).toArray())
                .containsExactly(sizes);
    }

    /** In an object file, the size is any number. 0 would be a size that is set at load. */
    @Test
    void leavesImpossibleSizesOfRingBuffersToTheKernel() {
        for (long size : List.of(Long.MIN_VALUE, -1L, MapDef.MAX_RING_SIZE + 1, 1L << 32, Long.MAX_VALUE)) {
            MapDef ring = plain("ring", MapKind.RINGBUF, size, null, null);

            assertThat(ring.withPages(4096)).isEqualTo(ring);
        }
        MapDef odd = plain("ring", MapKind.RINGBUF, MapDef.MAX_RING_SIZE - 1, null, null);
        assertThat(odd.withPages(4096).maxEntries()).isEqualTo(MapDef.MAX_RING_SIZE);
    }
}
