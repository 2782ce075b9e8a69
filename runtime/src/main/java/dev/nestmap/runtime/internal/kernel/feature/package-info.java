/* SPDX-License-Identifier: Apache-2.0 */
/** Finds out which features the running kernel has, by trying them. */
@NullMarked
package dev.nestmap.runtime.internal.kernel.feature;

import org.jspecify.annotations.NullMarked;
