/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A congestion control of TCP that counts the connections of each local port. */
@BpfObject("congestion")
@BpfProgram(value = "on_start", section = "struct_ops")
public interface Congestion {
    /** The connections and segments of a local port. */
    @BpfMap(maxEntries = 1024)
    record Connections(
            @Key @U32 long port, @U64 long count, @U64 long segments) {}
}
