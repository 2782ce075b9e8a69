/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;

/**
 * An inner map that annotations put into slots.
 *
 * @param map its definition
 * @param member the method of the object's class that returns it: {@code gold()}
 * @param accessor the class generated for the map
 * @param outer the record of the first outer map that declares it
 */
public record DeclaredInnerMapModel(MapDef map, String member, ClassName accessor, ClassName outer) {}
