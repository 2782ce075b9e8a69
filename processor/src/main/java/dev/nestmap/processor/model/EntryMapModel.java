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
 * An inner or plain map, declared by a record that is one entry.
 *
 * @param record the record
 * @param accessor the class generated for the map
 * @param javaName its name in Java if the annotation sets the name in C; empty if it has the record's name
 * @param map the map's definition
 * @param keyComponent the key component; empty if the map type has no keys
 * @param components all components in the order of the record's constructor; the offsets of value components are offsets in the value
 * @param pin its pin; empty if it has none
 */
public record EntryMapModel(
        ClassName record,
        ClassName accessor,
        Optional<String> javaName,
        MapDef map,
        Optional<ComponentModel> keyComponent,
        List<ComponentModel> components,
        Optional<PinModel> pin)
        implements MapModel {
    /** The name of the key component, which must exist. */
    public String key() {
        return keyComponent.orElseThrow().name();
    }

    /** The name of the key component, which must exist, in messages. */
    public String keyInMessages() {
        return record.simpleName() + "." + key();
    }

    /** How the key, which must exist, is written and read. */
    public Conversion keyConversion() {
        return keyComponent.orElseThrow().conversion();
    }

    /** The Java type of one entry in accessors: the record, or the records of all CPUs. */
    public TypeName entry() {
        return map.kind().isPerCpu() ? ParameterizedTypeName.get(ClassName.get(List.class), record) : record;
    }

    /** The class that reads the components of an entry from its bytes. */
    public ClassName view() {
        return accessor.nestedClass("View");
    }

    /** Whether the map has a class {@link #view}. Maps whose entries user space can't read have none. */
    public boolean hasView() {
        return hasEntries()
                && map.kind().isReadable()
                && (map.isPerfStream() || map.kind().descriptorSize() == 0);
    }

    /** Whether Java can read or write entries. It can't if the map is memory without entries, or a stream of unknown events. */
    public boolean hasEntries() {
        return map.kind().hasEntries() && !(map.isStream() && map.value() == null);
    }

    /** Whether the map is a set: its entries have only a key. */
    public boolean isSet() {
        return map.value() == Scalar.U8 && valueComponents().isEmpty();
    }

    /** Whether the value is a single component with its own C type, and not a struct of components. */
    public boolean isSingleComponent() {
        List<ComponentModel> values = valueComponents();
        return values.size() == 1 && values.get(0).conversion().type().equals(map.value());
    }

    /** The components of the value. */
    public List<ComponentModel> valueComponents() {
        String key = keyComponent.map(ComponentModel::name).orElse("");
        return components.stream().filter(c -> !c.name().equals(key)).toList();
    }
}
