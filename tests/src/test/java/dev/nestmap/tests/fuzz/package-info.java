/* SPDX-License-Identifier: Apache-2.0 */
/** Random schemas and objects, as many as there is time for. */
@NullMarked
package dev.nestmap.tests.fuzz;

import org.jspecify.annotations.NullMarked;
