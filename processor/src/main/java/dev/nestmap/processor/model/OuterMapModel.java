/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.KeyRequestMaps;
import dev.nestmap.schema.MapDef;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An outer map.
 *
 * @param record the record whose components are the key
 * @param accessor the class generated for the map
 * @param javaName its name in Java if the annotation sets the name in C; empty if it has the record's name
 * @param map the map's definition
 * @param key the conversion of the key: the only component, or the record
 * @param component the single component of the key; empty if the key has several
 * @param inner the model of its inner maps
 * @param pin its pin; empty if it has none
 * @param requests the maps in which programs record missing keys; empty if inner maps are not created on demand
 * @param uncounted the map in which programs count what no inner map counts; empty if they don't
 */
public record OuterMapModel(
        ClassName record,
        ClassName accessor,
        Optional<String> javaName,
        MapDef map,
        Conversion key,
        Optional<String> component,
        EntryMapModel inner,
        Optional<PinModel> pin,
        Optional<KeyRequestMaps> requests,
        Optional<MapDef> uncounted)
        implements MapModel {
    @Override
    public Stream<MapDef> definitions() {
        return Stream.of(Stream.of(map), requests.stream().flatMap(KeyRequestMaps::maps), uncounted.stream())
                .flatMap(maps -> maps);
    }
}
