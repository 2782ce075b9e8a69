/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;

/** Exact C names, next to names with a prefix. */
@BpfObject(value = "name_types", prefix = "nt_")
interface NameTypes {
    @Name("event_id_key_t")
    record EventIdKey(
            @U16 int version,
            @Name("reserved_") @U16 int reserved,
            @U32 long event) {}

    @Name("verdict")
    enum Verdict {
        @Name("XDP_LIKE_DROP")
        @EnumValue(1)
        DROP,
        @EnumValue(2)
        PASS
    }

    record Plain(int camelCase) {}

    @Name("eventConfig")
    @BpfMap(maxEntries = 4)
    record EventConfig(
            @Key EventIdKey key, @Name("submitForPolicies") long submit, Verdict verdict, Plain plain) {}
}
