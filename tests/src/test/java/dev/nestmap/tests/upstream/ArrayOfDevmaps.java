/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;

/** The array of device maps of the kernel's documentation (Documentation/bpf/map_of_maps.rst). */
@BpfObject("array_of_devmaps")
interface ArrayOfDevmaps {
    @InnerMap(type = MapType.DEVMAP, maxEntries = 256)
    record Device(@Key @U32 long index, @U32 long ifindex) {}

    @Name("example_array")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Device.class, maxEntries = 256)
    record Devices(@U32 long index) {}
}
