/* SPDX-License-Identifier: Apache-2.0 */
/** Every map type, plain and in both types of outer map, in the kernel and, where possible, in memory. */
@NullMarked
package dev.nestmap.tests.maptypes;

import org.jspecify.annotations.NullMarked;
