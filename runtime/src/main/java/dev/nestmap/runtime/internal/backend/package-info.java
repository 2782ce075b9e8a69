/* SPDX-License-Identifier: Apache-2.0 */
/** What the kernel and the heap implement: making, finding, pinning and loading maps. */
@NullMarked
package dev.nestmap.runtime.internal.backend;

import org.jspecify.annotations.NullMarked;
