/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.pin.Compared;
import org.jspecify.annotations.Nullable;

/**
 * A map that is used without an object: opened by its pin, or created on its own.
 *
 * @param map the handle, which the caller owns
 * @param state the slots and inner maps; null if this is not an outer map
 * @param compared how much of it was compared with its record
 */
public record StandaloneMap(OpenMap map, @Nullable Nest state, Compared compared) {}
