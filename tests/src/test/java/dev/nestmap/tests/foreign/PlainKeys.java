/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.types.ByteString;

/** The trie of foreign_balancer.bpf.c with its keys as they are in memory. */
@BpfObject(value = "foreign_plain_keys", existing = true)
interface PlainKeys {
    @Name("lpm_src")
    @BpfMap(type = MapType.LPM_TRIE)
    record Source(@Key @Size(8) ByteString prefix, @U32 long backend) {}
}
