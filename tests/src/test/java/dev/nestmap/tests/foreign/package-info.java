/* SPDX-License-Identifier: Apache-2.0 */
/** Objects whose C code was written without Nestmap. */
@NullMarked
package dev.nestmap.tests.foreign;

import org.jspecify.annotations.NullMarked;
