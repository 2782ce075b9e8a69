/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Tetragon: sets of control groups and of unsigned 64-bit numbers, UINT64_MAX among them. */
@BpfObject
interface Policies {
    @InnerMap(maxEntries = 1)
    record Member(@Key @U64 long cgroup, @U8 int zero) {}

    @InnerMap(maxEntries = 128)
    record Policy(@Key @U32 long id, @U8 int zero) {}

    @OuterMap(inner = Member.class, maxEntries = 128)
    record Members(@U32 long policy) {}

    @OuterMap(inner = Policy.class, maxEntries = 1024)
    record OfCgroup(@U64 long cgroup) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Member.class, maxEntries = 8)
    record Arguments(@U32 long selector) {}
}
