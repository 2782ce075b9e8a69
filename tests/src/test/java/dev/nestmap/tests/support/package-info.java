/* SPDX-License-Identifier: Apache-2.0 */
/** Operations that each map type supports on the running kernel. {@code docs/internals/kernels.md} is generated from the results. */
@NullMarked
package dev.nestmap.tests.support;

import org.jspecify.annotations.NullMarked;
