/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
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
 * @param reducible whether the record says how those of several CPUs become one
 * @param components all components in the order of the record's constructor; those of the value with their offsets in it
 */
public record EntryMapBinding(
        ClassName record,
        ClassName accessor,
        MapDef map,
        String key,
        Conversion keyConversion,
        boolean reducible,
        List<ComponentBinding> components)
        implements MapBinding {
    /** Copies the list. */
    public EntryMapBinding {
        components = List.copyOf(components);
    }

    /** What accessors show as one entry: the record, or those of all CPUs. */
    public TypeName entry() {
        return map.kind().isPerCpu() ? ParameterizedTypeName.get(ClassName.get(List.class), record) : record;
    }

    /** The components that are the value. */
    public List<ComponentBinding> valueComponents() {
        return components.stream().filter(c -> !c.name().equals(key)).toList();
    }
}
