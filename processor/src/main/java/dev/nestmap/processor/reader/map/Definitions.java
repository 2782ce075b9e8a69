/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.schema.MapDef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The map definitions that were read, by the annotations that say them; also of those maps that have problems. */
public final class Definitions {
    private final Map<MapAnnotation, MapDef> ofRecords = new LinkedHashMap<>();
    private final Map<MapAnnotation, MapDef> resized = new LinkedHashMap<>();

    void add(MapAnnotation annotation, MapDef map) {
        ofRecords.put(annotation, map);
    }

    /** Adds an inner map's definition in the size that an outer map's annotation says. */
    void addResized(MapAnnotation outer, MapDef inner) {
        resized.put(outer, inner);
    }

    /** The definition of each map. */
    public Map<MapAnnotation, MapDef> ofRecords() {
        return Collections.unmodifiableMap(ofRecords);
    }

    /** The definitions of inner maps that are of another size than their record says, by who says so. */
    public Map<MapAnnotation, MapDef> resized() {
        return Collections.unmodifiableMap(resized);
    }
}
