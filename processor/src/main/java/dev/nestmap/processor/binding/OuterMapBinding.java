/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;
import java.util.Optional;

/**
 * An outer map.
 *
 * @param record the record whose components are the key
 * @param accessor the class generated for the map
 * @param map the map's definition
 * @param key how the key is written and read: the one component, or the record
 * @param component the one component that is the key; empty where the record is
 * @param inner the inner map that it holds
 * @param pin where it is pinned; empty when it is not
 */
public record OuterMapBinding(
        ClassName record,
        ClassName accessor,
        MapDef map,
        Conversion key,
        Optional<String> component,
        EntryMapBinding inner,
        Optional<Pin> pin)
        implements MapBinding {}
