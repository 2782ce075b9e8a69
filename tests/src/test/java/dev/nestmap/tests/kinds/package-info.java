/* SPDX-License-Identifier: Apache-2.0 */
/** Every map type, plain and in both outer types, in the kernel and where it can be in memory. */
@NullMarked
package dev.nestmap.tests.kinds;

import org.jspecify.annotations.NullMarked;
