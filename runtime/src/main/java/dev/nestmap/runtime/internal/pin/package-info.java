/* SPDX-License-Identifier: Apache-2.0 */
/** Pinned maps: their paths, the pins of inner maps, and the check that a pinned map is what the records declare. */
@NullMarked
package dev.nestmap.runtime.internal.pin;

import org.jspecify.annotations.NullMarked;
