/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import org.jspecify.annotations.Nullable;

/** An inner map that this process knows: an {@link OpenInnerMap}, or a {@link SuspendedInnerMap} whose descriptor is closed. */
interface KnownInnerMap {
    /** The map; null if it was suspended and nobody has a handle to it. */
    @Nullable
    OpenInnerMap get();
}
