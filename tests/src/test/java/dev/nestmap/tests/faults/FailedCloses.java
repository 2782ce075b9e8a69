/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Descriptors that a process closed although they were not open. */
@BpfObject("failed_closes")
@BpfProgram(value = "count_failure", section = "raw_tp/sys_exit")
interface FailedCloses {
    @BpfMap(type = MapType.HASH, maxEntries = 1)
    record FailedClose(@Key @U32 int process, @U64 long count) {}
}
