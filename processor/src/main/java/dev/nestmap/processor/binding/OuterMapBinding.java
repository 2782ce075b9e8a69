/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Requests;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An outer map.
 *
 * @param record the record whose components are the key
 * @param accessor the class generated for the map
 * @param ofFamily what it is called in Java where its record is several maps; empty where it is called after the record
 * @param map the map's definition
 * @param key how the key is written and read: the one component, or the record
 * @param component the one component that is the key; empty where the record is
 * @param inner the inner map that it holds
 * @param pin where it is pinned; empty when it is not
 * @param requests where programs note what they miss; empty when inner maps are not made on demand
 */
public record OuterMapBinding(
        ClassName record,
        ClassName accessor,
        Optional<String> ofFamily,
        MapDef map,
        Conversion key,
        Optional<String> component,
        EntryMapBinding inner,
        Optional<Pin> pin,
        Optional<Requests> requests)
        implements MapBinding {
    @Override
    public String member() {
        return ofFamily.orElseGet(this::variable);
    }

    @Override
    public Stream<MapDef> definitions() {
        return Stream.concat(Stream.of(map), requests.stream().flatMap(Requests::maps));
    }
}
