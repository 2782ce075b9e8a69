/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.open.OpenMap;
import org.jspecify.annotations.Nullable;

/**
 * A map that is used without an object: opened by its pin, or created on its own.
 *
 * @param map the handle, which the caller owns
 * @param state the slots and inner maps; null if this is not an outer map
 * @param isLayoutCompared whether the layout of its entries was compared with its record
 */
public record MapWithoutObject(OpenMap map, @Nullable Nest state, boolean isLayoutCompared) {}
