/* SPDX-License-Identifier: Apache-2.0 */
/** Compiles the code on the pages of the guide. */
@NullMarked
package dev.nestmap.tests.guide;

import org.jspecify.annotations.NullMarked;
