/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import java.util.function.BooleanSupplier;

/**
 * A displaced inner map that is not acknowledged yet.
 *
 * @param entries the map, to read its entries
 * @param acknowledge ends its ticket, because its entries are committed
 * @param giveBack gives its ticket back, so that the outer map passes it again
 * @param exactness returns whether the map has all counts of its time in the slot
 */
record UnshippedMap(
        MapIdentity identity,
        ReadableAccessor<?, ?> entries,
        Runnable acknowledge,
        Runnable giveBack,
        BooleanSupplier exactness) {}
