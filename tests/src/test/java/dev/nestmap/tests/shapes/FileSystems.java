/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** systemd: file systems that a unit may use. */
@BpfObject
interface FileSystems {
    @InnerMap(maxEntries = 128)
    record Allowed(@Key @U32 long magic, @U32 long mode) {}

    @OuterMap(inner = Allowed.class, sizedAtLoad = true)
    record Units(@U64 long cgroup) {}
}
