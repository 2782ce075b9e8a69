/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.MapDef;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The map definitions by the annotations that declare them. DefinitionsByAnnotation with problems are included. */
public final class DefinitionsByAnnotation {
    private final Map<MapAnnotation, MapDef> ofRecords = new LinkedHashMap<>();
    private final Map<MapAnnotation, MapDef> resized = new LinkedHashMap<>();
    private final Map<SourceLocation, MapDef> ofSlots = new LinkedHashMap<>();

    void add(MapAnnotation annotation, MapDef map) {
        ofRecords.put(annotation, map);
    }

    /** Adds the definition of an inner map with the size that an outer map's annotation sets. */
    void addResized(MapAnnotation outer, MapDef inner) {
        resized.put(outer, inner);
    }

    /** Adds the definition of an inner map with the size that its slot sets. */
    void addOfSlot(SourceLocation slot, MapDef inner) {
        ofSlots.put(slot, inner);
    }

    /** The definitions of inner maps with another size than on their record, by the slots that set the size. */
    public Map<SourceLocation, MapDef> ofSlots() {
        return Collections.unmodifiableMap(ofSlots);
    }

    /** The definition of each map. */
    public Map<MapAnnotation, MapDef> ofRecords() {
        return Collections.unmodifiableMap(ofRecords);
    }

    /** The definitions of inner maps with another size than on their own record, by the annotations that set the size. */
    public Map<MapAnnotation, MapDef> resized() {
        return Collections.unmodifiableMap(resized);
    }
}
