/* SPDX-License-Identifier: Apache-2.0 */
/** Constants and variables of programs. */
@NullMarked
package dev.nestmap.tests.globals;

import org.jspecify.annotations.NullMarked;
