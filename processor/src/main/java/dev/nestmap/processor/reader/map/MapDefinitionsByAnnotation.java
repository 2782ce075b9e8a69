/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.schema.MapDef;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The map definitions by the annotations that declare them. The readers of maps add them. Definitions with problems are included.
 *
 * @param ofRecords the definition of each map
 * @param resized the definitions of inner maps with another size than on their own record, by the annotations that set the size
 */
public record MapDefinitionsByAnnotation(Map<MapAnnotation, MapDef> ofRecords, Map<MapAnnotation, MapDef> resized) {
    MapDefinitionsByAnnotation() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }
}
