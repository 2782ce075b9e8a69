/* SPDX-License-Identifier: Apache-2.0 */
/** Loads objects. {@link dev.nestmap.runtime.internal.load.ObjectLoader} chooses between kernel and heap. */
@NullMarked
package dev.nestmap.runtime.internal.load;

import org.jspecify.annotations.NullMarked;
