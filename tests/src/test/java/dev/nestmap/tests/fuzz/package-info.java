/* SPDX-License-Identifier: Apache-2.0 */
/** Random schemas, for as long as the time limit allows. */
@NullMarked
package dev.nestmap.tests.fuzz;

import org.jspecify.annotations.NullMarked;
