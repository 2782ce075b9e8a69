/* SPDX-License-Identifier: Apache-2.0 */
/** Tests that C compilers lay out structs as Nestmap computes it. */
@NullMarked
package dev.nestmap.tests.layout;

import org.jspecify.annotations.NullMarked;
