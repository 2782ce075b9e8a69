/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.Variables;

/** The maps of foreign_limiter.bpf.c that Java uses: with placeholder sizes, and without the definition of inner maps. */
@BpfObject(value = "foreign_limiter", existing = true)
interface Limiter {
    @InnerMap
    record Policy(@Key @U32 long id, @U64 long packets) {}

    @Name("policies")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Policy.class)
    record Policies(@U32 long tenant) {}

    @InnerMap(maxEntries = 128)
    record Rule(@Key @U32 long fileSystem, @U32 long mode) {}

    @Name("units")
    @OuterMap(inner = Rule.class)
    record Unit(@U64 long cgroup) {}

    @Name("clients")
    @BpfMap
    record Client(@Key @U32 long id, @U32 long hits) {}

    @InnerMap(type = MapType.RINGBUF)
    record Sample(@U32 long packets) {}

    @Name("rings")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Sample.class)
    record Rings(@U32 int cpu) {}

    @Constants
    @Name("max_pps")
    record Rate(@U64 long packets) {}

    /** Unsigned in C. */
    @Variables(section = ".data")
    record Seen(@S32 int packets) {}
}
