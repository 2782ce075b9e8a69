/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The input of an import.
 *
 * @param schema the maps of an object, or a map of the kernel
 * @param source a description of the input, for the comment in the Java source: {@code the maps of flows.bpf.o}
 * @param packageName the package of the records
 * @param objectName the name of the object, a C identifier
 * @param hasHeader whether Nestmap generates the object's C header from the records. Otherwise the records bind to the existing object
 * @param events the types of the events of ring buffers and perf event arrays, by the name of the map
 * @param inners the definitions of inner maps that the object leaves out, by the name of the outer map
 * @param unreadable the reasons why maps of the object are not in the schema, by their names
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

    /** Why maps of an object are not in its schema: unreadable definitions, and definitions in the legacy section. */
    public static Map<String, String> unreadable(ObjectFile file, List<MalformedMap> malformed) {
        Map<String, String> reasons = new LinkedHashMap<>();
        malformed.forEach(map -> reasons.put(map.name(), map.message()));
        file.legacyMaps()
                .forEach(map -> reasons.put(
                        map,
                        "it is defined in the legacy section \"maps\", so BTF does not describe it: define it in"
                                + " SEC(\".maps\"), with __uint and __type"));
        return reasons;
    }

    /** A definition of inner maps. */
    public record Inner(MapKind kind, CType key, CType value) {}
}
