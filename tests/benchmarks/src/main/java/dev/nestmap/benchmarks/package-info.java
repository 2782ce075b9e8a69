/* SPDX-License-Identifier: Apache-2.0 */
/** Compares Nestmap with C programs that do the same on the same maps. */
@NullMarked
package dev.nestmap.benchmarks;

import org.jspecify.annotations.NullMarked;
