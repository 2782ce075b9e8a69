/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.schema.type.CType;
import org.jspecify.annotations.Nullable;

/**
 * The BTF types of a map's keys and values.
 *
 * @param key the type of the keys; null if the map has none
 * @param value the type of the values
 */
public record EntryCTypes(@Nullable CType key, CType value) {}
