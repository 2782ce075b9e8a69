/* SPDX-License-Identifier: Apache-2.0 */
/** That C compilers lay structs out as the records say. */
@NullMarked
package dev.nestmap.tests.layout;

import org.jspecify.annotations.NullMarked;
