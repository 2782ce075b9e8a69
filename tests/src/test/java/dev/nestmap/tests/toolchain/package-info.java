/* SPDX-License-Identifier: Apache-2.0 */
/** The compilers and commands that tests across modules need. */
@NullMarked
package dev.nestmap.tests.toolchain;

import org.jspecify.annotations.NullMarked;
