/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;

/**
 * A map with the definition of an inner map that exists from the start.
 *
 * @param map its definition
 * @param member the method of the object's class that returns it: {@code gold()}
 * @param accessor the class generated for the map
 * @param declaredBy the record of its definition
 */
public record DeclaredInnerMapModel(MapDef map, String member, ClassName accessor, ClassName declaredBy) {}
