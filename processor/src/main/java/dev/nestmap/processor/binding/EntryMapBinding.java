/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;
import java.util.List;

/**
 * An inner or plain map: a record that is one entry.
 *
 * @param record the record
 * @param accessor the class generated for the map
 * @param map the map's definition
 * @param key the name of the component that is the key
 * @param keyConversion how the key is written and read
 * @param components all components in the order of the record's constructor; those of the value with their offsets in it
 */
public record EntryMapBinding(
        ClassName record,
        ClassName accessor,
        MapDef map,
        String key,
        Conversion keyConversion,
        List<ComponentBinding> components)
        implements MapBinding {
    /** Copies the list. */
    public EntryMapBinding {
        components = List.copyOf(components);
    }

    /** The components that are the value. */
    public List<ComponentBinding> valueComponents() {
        return components.stream().filter(c -> !c.name().equals(key)).toList();
    }
}
