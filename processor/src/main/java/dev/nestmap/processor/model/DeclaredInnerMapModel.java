/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;

/**
 * A map with the definition of inner maps that exists from the start, in slots or outside of all outer maps.
 *
 * @param map its definition
 * @param member the method of the object's class that returns it: {@code gold()}
 * @param accessor the class generated for the map
 * @param inSlot whether it is in a slot
 * @param declaredBy the record of the first outer map that has it in a slot, or of the inner maps that it is like
 */
public record DeclaredInnerMapModel(
        MapDef map, String member, ClassName accessor, boolean inSlot, ClassName declaredBy) {}
