/* SPDX-License-Identifier: Apache-2.0 */
/** One map as bytes: its operations, its shape, batches, and what an errno of each operation means. */
@NullMarked
package dev.nestmap.runtime.internal.map;

import org.jspecify.annotations.NullMarked;
