/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import java.util.Optional;

/**
 * An inner or plain map: a record that is one entry.
 *
 * @param record the record
 * @param accessor the class generated for the map
 * @param map the map's definition
 * @param keyed the component that is the key, empty where entries have none
 * @param reducible whether the record says how those of several CPUs become one
 * @param components all components in the order of the record's constructor; those of the value with their offsets in it
 * @param pin where it is pinned; empty when it is not
 */
public record EntryMapModel(
        ClassName record,
        ClassName accessor,
        MapDef map,
        Optional<Key> keyed,
        boolean reducible,
        List<ComponentModel> components,
        Optional<PinModel> pin)
        implements MapModel {
    /**
     * The component that is the key.
     *
     * @param name its name
     * @param conversion how it is written and read
     */
    public record Key(String name, Conversion conversion) {}

    /** Copies the list. */
    public EntryMapModel {
        components = List.copyOf(components);
    }

    /** The name of the component that is the key, which there is. */
    public String key() {
        return keyed.orElseThrow().name();
    }

    /** How the key, which there is, is written and read. */
    public Conversion keyConversion() {
        return keyed.orElseThrow().conversion();
    }

    /** What accessors show as one entry: the record, or those of all CPUs. */
    public TypeName entry() {
        return map.kind().isPerCpu() ? ParameterizedTypeName.get(ClassName.get(List.class), record) : record;
    }

    /** Whether there is but a key. */
    public boolean isSet() {
        return map.value() == Scalar.U8 && valueComponents().isEmpty();
    }

    /** Whether the value is one component and its own C type, and no struct that is made of components. */
    public boolean standsAlone() {
        List<ComponentModel> values = valueComponents();
        return values.size() == 1 && values.get(0).conversion().type().equals(map.value());
    }

    /** The components that are the value. */
    public List<ComponentModel> valueComponents() {
        String key = keyed.map(Key::name).orElse("");
        return components.stream().filter(c -> !c.name().equals(key)).toList();
    }
}
