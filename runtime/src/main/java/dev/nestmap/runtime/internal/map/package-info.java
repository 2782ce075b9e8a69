/* SPDX-License-Identifier: Apache-2.0 */
/** Maps of bytes: their operations, shapes and batches, and explanations of errno values. */
@NullMarked
package dev.nestmap.runtime.internal.map;

import org.jspecify.annotations.NullMarked;
