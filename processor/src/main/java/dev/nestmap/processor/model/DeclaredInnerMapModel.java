/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.model;

import com.palantir.javapoet.ClassName;
import dev.nestmap.schema.MapDef;

/**
 * An inner map that is in slots from the start.
 *
 * @param map its definition
 * @param member the method of the skeleton that returns it: {@code gold()}
 * @param accessor the class that is generated for such maps
 * @param outer the outer map's record that declares it, the first of them
 */
public record DeclaredInnerMapModel(MapDef map, String member, ClassName accessor, ClassName outer) {}
