/* SPDX-License-Identifier: Apache-2.0 */
/** Compilers and commands that the tests run. */
@NullMarked
package dev.nestmap.tests.toolchain;

import org.jspecify.annotations.NullMarked;
