/* SPDX-License-Identifier: Apache-2.0 */
/** Compiles and runs the code on the pages of the documentation. */
@NullMarked
package dev.nestmap.tests.guide;

import org.jspecify.annotations.NullMarked;
