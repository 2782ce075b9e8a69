/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A record that is a map, and the accessor that is generated for it. */
public sealed interface MapModel permits EntryMapModel, OuterMapModel {
    /** The annotated record. */
    ClassName record();

    /** The class that is generated for it. */
    ClassName accessor();

    /** The map's definition. */
    MapDef map();

    /** That, and those of the maps that come with it. */
    default Stream<MapDef> definitions() {
        return Stream.of(map());
    }

    /** Where it is pinned; empty when it is not. */
    Optional<PinModel> pin();

    /** The method of a skeleton that returns the map: {@code tenant()}. */
    default String member() {
        return variable();
    }

    /** A variable that holds one of the record: {@code tenant}. */
    default String variable() {
        String name = record().simpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
