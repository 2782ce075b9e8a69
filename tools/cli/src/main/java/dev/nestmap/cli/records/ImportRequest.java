/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to import.
 *
 * @param schema the maps of an object, or a map of the kernel
 * @param source what is imported, for the comment of the source: {@code the maps of flows.bpf.o}
 * @param packageName the package of the records
 * @param objectName the name of the object, a C identifier
 * @param hasHeader whether Nestmap shall generate the object's C header from the records. Otherwise they bind to the object as it is
 * @param events the types of the events of ring buffers and perf event arrays, by the name of the map
 * @param inners the definitions of inner maps that the object leaves out, by the name of the outer map
 * @param unreadable why a map of the object is not in the schema, by its name
 */
public record ImportRequest(
        Schema schema,
        String source,
        String packageName,
        String objectName,
        boolean hasHeader,
        Map<String, CType> events,
        Map<String, Inner> inners,
        Map<String, String> unreadable) {
    /** Copies the maps. */
    public ImportRequest {
        events = Map.copyOf(events);
        inners = Map.copyOf(inners);
        unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
    }

    /** A definition of inner maps. */
    public record Inner(MapKind kind, CType key, CType value) {}
}
