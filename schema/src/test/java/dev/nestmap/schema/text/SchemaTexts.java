/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;

/** A schema text, and the check that a text is rejected. */
final class SchemaTexts {
    static final String TENANT_FLOWS = """
            nestmap-schema 1
            from com.acme.TenantFlows
            header tenant_flows.bpf.h
            include flow.bpf.h: flow_key flow

            enum flow_state: size 4, unsigned
              constant FLOW_STATE_NEW: 0
              constant FLOW_STATE_OPEN: 1

            struct flow_key: size 16, alignment 4
              field source: __be32, offset 0, size 4, unsigned, big-endian
              field destination: __be32, offset 4, size 4, unsigned, big-endian
              field source_port: __be16, offset 8, size 2, unsigned, big-endian
              field destination_port: __be16, offset 10, size 2, unsigned, big-endian
              field protocol: __u8, offset 12, size 1, unsigned
              pad _pad0: offset 13, size 3

            struct flow: size 24, alignment 8
              field packets: __u64, offset 0, size 8, unsigned
              field bytes: __u64, offset 8, size 8, unsigned
              field state: enum flow_state, offset 16, size 4, unsigned
              pad _pad0: offset 20, size 4

            map flow_map: inner, BPF_MAP_TYPE_HASH
              max_entries: 4096
              map_flags: 0x0
              key: struct flow_key
              value: struct flow

            map tenant: outer, BPF_MAP_TYPE_HASH_OF_MAPS
              max_entries: 64
              map_flags: 0x0
              key: __u32
              inner: flow_map
            """;

    private SchemaTexts() {}

    static void assertRejected(String text, String message) {
        assertThatThrownBy(() -> SchemaText.parse(text))
                .isInstanceOf(SchemaFormatException.class)
                .hasMessageContaining(message);
    }

    static AbstractThrowableAssert<?, ?> assertRejected(String text, int line) {
        return assertThatThrownBy(() -> SchemaText.parse(text))
                .asInstanceOf(InstanceOfAssertFactories.type(SchemaFormatException.class))
                .satisfies(e -> assertThat(e.line()).as(e.getMessage()).isEqualTo(line))
                .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                .hasMessageContaining("line " + line);
    }
}
