/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;

/**
 * A map with the definition of an inner map that exists from the start, in slots or in no outer map.
 *
 * @param map its definition
 * @param member the method of the object's class that returns it: {@code gold()}
 * @param accessor the class generated for the map
 * @param inSlot whether it is in a slot
 * @param declaredBy the record of the first outer map with this map in a slot, or the record of its definition
 */
public record DeclaredInnerMapModel(
        MapDef map, String member, ClassName accessor, boolean inSlot, ClassName declaredBy) {}
