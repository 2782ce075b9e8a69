/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.map;

import dev.nestmap.schema.type.CType;
import org.jspecify.annotations.Nullable;

/**
 * The types that the kernel was told when a map was made.
 *
 * @param key of the keys; null where it was told none
 * @param value of the values
 */
public record EntryTypes(@Nullable CType key, CType value) {}
