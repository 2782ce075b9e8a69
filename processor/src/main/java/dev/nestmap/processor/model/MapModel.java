/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A map, the record that declares it, and its generated accessor. */
public sealed interface MapModel permits EntryMapModel, OuterMapModel {
    /** The annotated record. */
    ClassName record();

    /** The generated accessor. */
    ClassName accessor();

    /** The map's definition. */
    MapDef map();

    /** The map's definition, and the definitions of the maps that Nestmap adds for it. */
    default Stream<MapDef> definitions() {
        return Stream.of(map());
    }

    /** Where it is pinned; empty if it is not. */
    Optional<PinModel> pin();

    /** The method of an object's class that returns the map: {@code tenant()}. {@code Sizes} has a method of this name too. */
    default String member() {
        return javaName().orElseGet(this::variable);
    }

    /** Its name in Java if the annotation sets the name in C; empty if it has the record's name. */
    Optional<String> javaName();

    /** The name of a variable with an instance of the record: {@code tenant}. */
    default String variable() {
        return variable(record());
    }

    /** The name of a variable with an instance of a record. */
    static String variable(ClassName record) {
        String name = record.simpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
