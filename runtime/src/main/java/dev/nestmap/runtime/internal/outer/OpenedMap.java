/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import org.jspecify.annotations.Nullable;

/**
 * A map that this process has open.
 *
 * @param map the map
 * @param state the inner maps and their slots, if this is an outer map
 */
public record OpenedMap(LeasedMap map, @Nullable OuterMapState state) {}
