/* SPDX-License-Identifier: Apache-2.0 */
/** The nested maps of 25 real programs, as records and C of the same shape: {@link dev.nestmap.tests.shapes.Shapes}. */
@NullMarked
package dev.nestmap.tests.shapes;

import org.jspecify.annotations.NullMarked;
