/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.schema.compare.OuterMapLayout;
import dev.nestmap.schema.text.SchemaText;
import org.junit.jupiter.api.Test;

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
        assertThat(OuterMapLayout.of(family, small)).isEqualTo(OuterMapLayout.of(family, tenant));
        assertThat(SchemaText.parse(SchemaText.print(family))).isEqualTo(family);
    }

    @Test
    void definesTypesThatItDoesNotInclude() {
        assertThat(schema.defines("flow_state")).isTrue();
        assertThat(schema.defines("flow_key")).isFalse();
    }
}
